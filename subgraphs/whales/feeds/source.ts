import type { ExchangePrint, FeedKind } from '@spyhop/platform/topics';
import type { Hindrance } from '../rules/feed-status';
import type { Sighting } from '../rules/whale';

/** What a source tells the rest of the feed process. */
export interface Sink {
  /**
   * Resolves once it is kept for good, to false where it was let go of: a source that can wait does. What
   * `wasKept` before is told again because of its status, and not weighed again.
   */
  seen(sighting: Sighting, wasKept?: boolean): Promise<boolean>;
  /** The source has reached its upstream; `message` is what to know of it all the same, and `but` what that means. */
  connected(message?: string, but?: Hindrance): void;
  /** It has not its upstream, and why; `connected` ends it. */
  disconnected(reason: string, because?: Hindrance): void;
}

/** One way of learning of large transactions. */
export interface Source {
  /** Stands beside what it has seen, e.g. whale-alert. */
  readonly name: string;
  readonly kind: FeedKind;
  /** A sentence for people: what is shown and why. */
  readonly description: string;
  /** Of a live one: silence after which nobody can rely on it any more, in ms; any may be usual if left out. */
  readonly quietAfterMs?: number;
  /** Runs until the signal aborts, or until there is nothing more to tell. */
  run(sink: Sink, signal: AbortSignal): Promise<void>;
}

/** What a source of large trades tells the rest of the feed process. */
export interface PrintSink extends Pick<Sink, 'connected' | 'disconnected'> {
  /** Resolves once it is kept for good, or let go of. */
  printed(print: ExchangePrint): Promise<void>;
}

/** One way of learning of large trades on exchanges. */
export interface PrintSource {
  /** Stands in the status of the feed, e.g. binance-prints. */
  readonly name: string;
  readonly kind: FeedKind;
  /** Runs until the signal aborts. */
  run(sink: PrintSink, signal: AbortSignal): Promise<void>;
}
