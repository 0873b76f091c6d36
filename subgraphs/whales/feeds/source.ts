import type { Sighting } from '../rules/whale';

/** What a source tells the rest of the feed process. */
export interface Sink {
  /**
   * Resolves once it is kept for good, to false where it was let go of: a source that can wait does. What
   * `wasKept` before is told again because of its status, and not weighed again.
   */
  seen(sighting: Sighting, wasKept?: boolean): Promise<boolean>;
  /** The source has reached its upstream; `message` is what to know of it all the same. */
  connected(message?: string): void;
  /** It lost its upstream, and why; `connected` ends it. */
  disconnected(reason: string): void;
}

/** One way of learning of large transactions. */
export interface Source {
  /** Stands beside what it has seen, e.g. whale-alert. */
  readonly name: string;
  readonly kind: 'LIVE' | 'SIMULATED';
  /** A sentence for people: what is shown and why. */
  readonly description: string;
  /** Runs until the signal aborts. */
  run(sink: Sink, signal: AbortSignal): Promise<void>;
}
