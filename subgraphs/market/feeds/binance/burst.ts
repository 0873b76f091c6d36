import type { Clock } from '@spyhop/platform/clock';

/** Passes on the first of a burst of like events; a burst ends when none came for `quietMs`. */
export class Burst {
  private lastAt = -Infinity;
  private suppressed = 0;

  constructor(
    private readonly quietMs: number,
    private readonly now: Clock,
  ) {}

  /** For the first of a burst, how many the burst before it kept to itself; null for the others. */
  first(): { suppressedBefore: number } | null {
    const now = this.now();
    const isFirst = now - this.lastAt >= this.quietMs;
    this.lastAt = now;
    if (!isFirst) {
      this.suppressed += 1;
      return null;
    }
    const suppressedBefore = this.suppressed;
    this.suppressed = 0;
    return { suppressedBefore };
  }
}
