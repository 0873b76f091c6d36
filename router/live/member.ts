import type { GraphQLFormattedError } from 'graphql';
import type { Delivery } from './delivery';
import type { Latest } from './latest';

/** Where the results of one client's subscription go, whatever the transport. */
export interface Sink {
  /** Bytes that wait to be taken by the client. */
  readonly backlog: number;
  /** Results in order; what they are together may go out at once. */
  next(payloads: readonly Buffer[]): void;
  /** Ends the subscription: nothing follows. */
  error(errors: readonly GraphQLFormattedError[]): void;
  /** Ends the subscription: nothing follows. */
  complete(): void;
  /** The client took nothing for too long: its connection ends. */
  stuck(): void;
}

/** How much may wait for a client, and how long. */
export interface BacklogLimits {
  /** Bytes above which a client gets only the newest of each key, when it has caught up. */
  bytes: number;
  /** Milliseconds it may stay above that. */
  stuckMs: number;
}

/** One client's place in a stream. It never holds more than the keys of what it missed. */
export class Member {
  private missed: Set<string> | null = null;
  private behindSince = 0;

  constructor(
    readonly sink: Sink,
    private readonly latest: Latest,
    private readonly limits: BacklogLimits,
  ) {}

  /** Sends, or notes what was missed; false in that case. `now` is epoch ms. */
  deliver({ payloads, keys }: Delivery, now: number): boolean {
    if (this.missed === null && this.sink.backlog <= this.limits.bytes) {
      this.sink.next(payloads);
      return true;
    }
    if (this.missed === null) {
      this.missed = new Set();
      this.behindSince = now;
    }
    for (const key of keys) this.missed.add(key);
    return false;
  }

  /** Sends the newest of what was missed as far as the client takes it. `now` is epoch ms. */
  catchUp(now: number): 'caught up' | 'behind' | 'stuck' {
    const { missed, limits, sink } = this;
    if (missed === null) return 'caught up';
    if (sink.backlog > limits.bytes / 2) {
      return now - this.behindSince > limits.stuckMs ? 'stuck' : 'behind';
    }
    this.behindSince = now;
    while (missed.size > 0 && sink.backlog <= limits.bytes) {
      const payload = this.latest.take(missed);
      if (payload) sink.next([payload]);
    }
    if (missed.size > 0) return 'behind';
    this.missed = null;
    return 'caught up';
  }
}
