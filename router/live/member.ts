import type { Change, Delivery, Packer } from './change';
import type { Latest } from './latest';
import { type Payload, WholePayload } from './payload';
import type { Sink } from './sink';

/** How much may wait for a client, and how long. */
export interface BacklogLimits {
  /** Bytes above which nothing more is written for a client until it has taken half of them. */
  bytes: number;
  /** Milliseconds it may stay above that. */
  stuckMs: number;
  /** What may be queued above that in streams whose every event counts; their clients share the bytes. */
  queue: { messages: number; bytes: number };
}

/** Told of what a client gets later than others, or not at all. */
export interface MemberFigures {
  sent(messages: number): void;
  conflated(events: number): void;
}

/** `lost`: there is no more room, and the client has missed something for good. */
export type Delivered = 'sent' | 'held' | 'lost';
export type Progress = 'caught up' | 'behind' | 'stuck';

/** One client's place in a stream. */
export abstract class Member {
  protected behindSince = 0;

  constructor(
    readonly sink: Sink,
    protected readonly limits: BacklogLimits,
    protected readonly figures: MemberFigures,
  ) {}

  /** What it has yet to get: keys, or results where every one counts. */
  abstract readonly held: number;

  /** Keeps for later what is not sent now; false when there is no room. */
  protected abstract hold(delivery: Delivery): boolean;

  /** Sends of what was kept as much as the client takes. */
  protected abstract sendHeld(): void;

  protected sendLate(payloads: readonly Payload[]): void {
    this.sink.next(payloads);
    this.figures.sent(payloads.length);
  }

  /** Sends, or keeps what it takes to catch up. `now` is epoch ms. */
  deliver(delivery: Delivery, now: number): Delivered {
    if (this.held === 0 && this.sink.backlog <= this.limits.bytes) {
      this.sink.next(delivery.payloads);
      return 'sent';
    }
    if (this.held === 0) this.behindSince = now;
    return this.hold(delivery) ? 'held' : 'lost';
  }

  /** `now` is epoch ms. */
  catchUp(now: number): Progress {
    if (this.held === 0) return 'caught up';
    const { limits, sink } = this;
    if (sink.backlog > limits.bytes / 2) {
      return now - this.behindSince > limits.stuckMs ? 'stuck' : 'behind';
    }
    this.behindSince = now;
    this.sendHeld();
    return this.held > 0 ? 'behind' : 'caught up';
  }
}

/** Gets the newest of each key when it has fallen behind, so that it never holds more than keys. */
export class ConflatingMember extends Member {
  private readonly missed = new Set<string>();

  constructor(
    sink: Sink,
    limits: BacklogLimits,
    figures: MemberFigures,
    private readonly latest: Latest,
    private readonly packer: Packer,
  ) {
    super(sink, limits, figures);
  }

  get held(): number {
    return this.missed.size;
  }

  protected hold({ changes }: Delivery): boolean {
    const { size } = this.missed;
    for (const { id } of changes) this.missed.add(id);
    const replaced = changes.length - (this.missed.size - size);
    if (replaced > 0) {
      this.sink.conflated?.(replaced);
      this.figures.conflated(replaced);
    }
    if (this.missed.size > 2 * this.latest.size) this.forgetWhatIsGone();
    return true;
  }

  protected sendHeld(): void {
    const items: Change[] = [];
    for (const id of this.missed) {
      if (this.sink.backlog > this.limits.bytes) break;
      this.missed.delete(id);
      const change = this.latest.get(id);
      if (change?.isItem) items.push(change);
      else if (change) this.sendLate([new WholePayload(change.bytes)]);
    }
    if (items.length > 0) this.sendLate(this.packer.pack(items));
  }

  private forgetWhatIsGone(): void {
    for (const id of this.missed) if (!this.latest.get(id)) this.missed.delete(id);
  }
}

/** Gets every result in order; what it has not taken waits, as far as there is room. */
export class QueuedMember extends Member {
  private queue: Payload[] = [];
  private bytes = 0;

  get held(): number {
    return this.queue.length;
  }

  protected hold({ payloads }: Delivery): boolean {
    const { messages, bytes } = this.limits.queue;
    for (const payload of payloads) {
      this.queue.push(payload);
      this.bytes += payload.length;
    }
    return this.queue.length <= messages && this.bytes <= bytes;
  }

  protected sendHeld(): void {
    let sent = 0;
    while (sent < this.queue.length && this.sink.backlog <= this.limits.bytes) {
      const payload = this.queue[sent];
      sent += 1;
      if (!payload) continue;
      this.bytes -= payload.length;
      this.sendLate([payload]);
    }
    this.queue = this.queue.slice(sent);
  }
}
