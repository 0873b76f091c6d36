import { PushedStream } from './pushed-stream';

/**
 * What a bounded mailbox keeps while its reader is busy:
 * the newest event of every key, or the last `ring` events in order.
 */
export type MailboxPolicy = 'newest-per-key' | { readonly ring: number };

/** A bounded queue between a publisher that never waits and one reader that takes events at its own pace. */
export class Mailbox<Event> extends PushedStream<Event> {
  private readonly kept: Map<string | number, Event>;
  private sequence = 0;

  constructor(
    private readonly policy: MailboxPolicy,
    private readonly keyOf: (event: Event) => string,
    onReturn: () => void,
  ) {
    const kept = new Map<string | number, Event>();
    super({
      take: () => takeOldest(kept),
      close: () => {
        kept.clear();
        onReturn();
      },
    });
    this.kept = kept;
  }

  push(event: Event): void {
    if (this.ended || this.handOver(event)) return;
    if (this.policy === 'newest-per-key') this.kept.set(this.keyOf(event), event);
    else this.pushToRing(event, this.policy.ring);
    this.notify();
  }

  private pushToRing(event: Event, size: number): void {
    this.kept.set(this.sequence++, event);
    if (this.kept.size > size) takeOldest(this.kept);
  }
}

function takeOldest<Event>(kept: Map<string | number, Event>): Event | undefined {
  const oldest = kept.entries().next();
  if (oldest.done) return undefined;
  const [key, event] = oldest.value;
  kept.delete(key);
  return event;
}
