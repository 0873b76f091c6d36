import type { Clock } from '@spyhop/platform/clock';
import { pause } from '../pause';
import type { Sink } from '../source';

const MINUTE_MS = 60_000;

/** Keeps to as many calls in any minute as a plan has. */
export class CallBudget {
  /** Of calls in the last minute, epoch ms, the oldest first. */
  private readonly calls: number[] = [];
  /** Calls so far, however long ago. */
  taken = 0;

  constructor(
    /** Calls a minute. */
    readonly most: number,
    private readonly clock: Clock,
  ) {}

  /** Takes a call; waits for one where all are used, and says so. */
  async turn(sink: Pick<Sink, 'connected'>, signal: AbortSignal): Promise<void> {
    for (let waitMs = this.take(); waitMs > 0 && !signal.aborted; waitMs = this.take()) {
      sink.connected(`${this.said()} It goes on when there are more.`, 'USED_UP');
      await pause(waitMs, signal);
    }
  }

  /** Zero where there was one; else how long there will be none, in ms. */
  private take(): number {
    const now = this.clock();
    this.letGo(now);
    const [oldest] = this.calls;
    if (oldest !== undefined && this.calls.length >= this.most) return oldest + MINUTE_MS - now;
    this.calls.push(now);
    this.taken += 1;
    return 0;
  }

  /** A sentence for people. */
  said(): string {
    this.letGo(this.clock());
    const of = `${this.calls.length} of ${this.most}`;
    return `${of} calls of the key's plan were used in the last minute.`;
  }

  private letGo(now: number): void {
    while ((this.calls[0] ?? now) <= now - MINUTE_MS) this.calls.shift();
  }
}
