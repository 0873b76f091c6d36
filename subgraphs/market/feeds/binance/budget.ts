import type { Clock } from '@spyhop/platform/clock';
import type { ExchangeInfo } from './wire';

const UNIT_MS: Record<string, number> = {
  SECOND: 1_000,
  MINUTE: 60_000,
  HOUR: 3_600_000,
  DAY: 86_400_000,
};

/** What the exchange grants all requests from this address together, until it says otherwise. */
const USUAL_LIMIT = { limit: 6_000, windowMs: 60_000, header: '1m' };

/** Counts request weight in the exchange's own windows, by what its answers report. */
export class WeightBudget {
  private current = USUAL_LIMIT;
  private windowStart = 0;
  private used = 0;

  constructor(private readonly now: Clock) {}

  /** How the window is called in the header that reports it, e.g. 1m. */
  get header(): string {
    return this.current.header;
  }

  /** Takes over the limits that exchangeInfo states. */
  adopt(limits: ExchangeInfo['rateLimits']): void {
    const weight = limits.find(
      (limit) => limit.rateLimitType === 'REQUEST_WEIGHT' && limit.interval in UNIT_MS,
    );
    if (weight === undefined) return;
    this.current = {
      limit: weight.limit,
      windowMs: weight.intervalNum * UNIT_MS[weight.interval],
      header: `${weight.intervalNum}${weight.interval[0].toLowerCase()}`,
    };
  }

  /** Books the weight and returns 0, or the milliseconds until there is room for it within `share` of the limit. */
  take(weight: number, share: number): number {
    this.enterWindow();
    if (this.used > 0 && this.used + weight > this.current.limit * share)
      return this.windowStart + this.current.windowMs - this.now();
    this.used += weight;
    return 0;
  }

  /** The exchange's own count, which includes whoever else uses this address. */
  note(used: number): void {
    this.enterWindow();
    this.used = Math.max(this.used, used);
  }

  private enterWindow(): void {
    const now = this.now();
    const start = now - (now % this.current.windowMs);
    if (start === this.windowStart) return;
    this.windowStart = start;
    this.used = 0;
  }
}
