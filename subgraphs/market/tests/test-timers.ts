import type { Cancel, Timers } from '../feeds/timers';

interface Due {
  at: number;
  run: () => void;
}

/** Time that moves only when told to; what falls due on the way runs in order. */
export class TestTimers implements Timers {
  private readonly pending = new Set<Due>();

  constructor(private time = Date.UTC(2024, 7, 9, 12, 0, 30)) {}

  readonly now = (): number => this.time;

  after(ms: number, run: () => void): Cancel {
    const due = { at: this.time + ms, run };
    this.pending.add(due);
    return () => void this.pending.delete(due);
  }

  /** How many timers wait. */
  get size(): number {
    return this.pending.size;
  }

  advance(ms: number): void {
    const end = this.time + ms;
    for (let due = this.nextUntil(end); due !== undefined; due = this.nextUntil(end)) {
      this.pending.delete(due);
      this.time = Math.max(this.time, due.at);
      due.run();
    }
    this.time = end;
  }

  private nextUntil(end: number): Due | undefined {
    return [...this.pending].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
  }
}
