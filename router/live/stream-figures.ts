import type { RouterMetrics } from '../metrics';

/** What one stream tells metrics, under the name that its first client gave it. */
export class StreamFigures {
  private readonly label: { name: string };

  constructor(
    private readonly metrics: RouterMetrics,
    name: string | null,
  ) {
    this.label = { name: metrics.nameOf(name) };
    metrics.streams.inc(this.label);
  }

  joined(): void {
    this.metrics.subscriptions.inc(this.label);
  }

  left(): void {
    this.metrics.subscriptions.dec(this.label);
  }

  ended(): void {
    this.metrics.streams.dec(this.label);
  }

  /** Events that wait to be joined gave way to newer ones, or there was no room for them. */
  awaited({ replaced, dropped }: { replaced: number; dropped: number }): void {
    if (replaced > 0) this.metrics.coalesced.inc(replaced);
    if (dropped > 0) this.drop('join', dropped);
  }

  /** Results were sent to clients. */
  sent(messages: number): void {
    this.metrics.messages.inc(messages);
  }

  /** Results were not sent to clients at once. */
  heldBack(messages: number): void {
    this.metrics.heldBack.inc(messages);
  }

  /** Events gave way to newer ones for a client that is behind. */
  conflated(events: number): void {
    this.metrics.conflated.inc(this.label, events);
  }

  /** A client was ended for whom events do not fit any more. */
  slow(missed: number): void {
    this.metrics.slowClients.inc();
    this.drop('slow', missed);
  }

  /** A client was closed that takes nothing. */
  stuck(missed: number): void {
    this.metrics.stuckClients.inc();
    this.drop('stuck', missed);
  }

  private drop(reason: 'join' | 'slow' | 'stuck', events: number): void {
    this.metrics.dropped.inc({ ...this.label, reason }, events);
  }
}
