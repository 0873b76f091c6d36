/**
 * What a bounded mailbox keeps while its reader is busy:
 * the newest event of every key, or the last `ring` events in order.
 */
export type MailboxPolicy = 'newest-per-key' | { readonly ring: number };

/** A bounded queue between a publisher that never waits and one reader that takes events at its own pace. */
export class Mailbox<Event> implements AsyncIterableIterator<Event> {
  private readonly kept = new Map<string | number, Event>();
  private sequence = 0;
  private wake: (() => void) | null = null;
  private ended = false;

  constructor(
    private readonly policy: MailboxPolicy,
    private readonly keyOf: (event: Event) => string,
    private readonly onReturn: () => void,
  ) {}

  push(event: Event): void {
    if (this.ended) return;
    if (this.policy === 'newest-per-key') this.kept.set(this.keyOf(event), event);
    else this.pushToRing(event, this.policy.ring);
    this.wake?.();
  }

  async next(): Promise<IteratorResult<Event>> {
    while (this.kept.size === 0 && !this.ended) await this.nextPush();
    const oldest = this.kept.entries().next();
    if (oldest.done) return { done: true, value: undefined };
    const [key, event] = oldest.value;
    this.kept.delete(key);
    return { done: false, value: event };
  }

  async return(): Promise<IteratorResult<Event>> {
    if (!this.ended) {
      this.ended = true;
      this.kept.clear();
      this.wake?.();
      this.onReturn();
    }
    return { done: true, value: undefined };
  }

  async throw(error: unknown): Promise<IteratorResult<Event>> {
    await this.return();
    throw error;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  private pushToRing(event: Event, size: number): void {
    this.kept.set(this.sequence++, event);
    if (this.kept.size <= size) return;
    const oldest = this.kept.keys().next();
    if (!oldest.done) this.kept.delete(oldest.value);
  }

  private nextPush(): Promise<void> {
    return new Promise((resolve) => {
      this.wake = () => {
        this.wake = null;
        resolve();
      };
    });
  }
}
