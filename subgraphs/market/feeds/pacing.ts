import type { Clock } from '@spyhop/platform/clock';

/** A number in [0, 1). */
export type Random = () => number;

const FIRST_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 60_000;

/**
 * How long to wait before the next attempt: 1 s, 2 s, 4 s ... 60 s, of which a random half is jitter,
 * so that many clients that lost the same server do not return at the same moment.
 */
export function backoffMs(failures: number, random: Random): number {
  const whole = Math.min(FIRST_DELAY_MS * 2 ** failures, LONGEST_DELAY_MS);
  return whole / 2 + (whole / 2) * random();
}

/** Allows so many attempts in any stretch of `windowMs`. */
export class AttemptWindow {
  private readonly attempts: number[] = [];

  constructor(
    private readonly limit: number,
    private readonly windowMs: number,
    private readonly now: Clock,
  ) {}

  /** Books an attempt and returns 0, or returns how many milliseconds are left until one is allowed. */
  take(): number {
    const now = this.now();
    if (this.attempts.length === this.limit) {
      const wait = this.attempts[0] + this.windowMs - now;
      if (wait > 0) return wait;
      this.attempts.shift();
    }
    this.attempts.push(now);
    return 0;
  }
}
