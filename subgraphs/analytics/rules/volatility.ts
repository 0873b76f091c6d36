import { type Close, type Indicator, SERIES, type SeriesInterval } from './closes';
import { RollingDeviation } from './rolling-deviation';

/** How far back a volatility looks: which closes, and how many returns between them. */
export const VOLATILITY_WINDOWS = {
  H1: { interval: '1m', returns: 60 },
  H24: { interval: '5m', returns: 288 },
  D7: { interval: '1h', returns: 168 },
  D30: { interval: '1h', returns: 720 },
} as const satisfies Record<string, { interval: SeriesInterval; returns: number }>;

export type VolatilityWindow = keyof typeof VOLATILITY_WINDOWS;

/** With fewer returns than this the figure says more about chance than about the market. */
export const LEAST_RETURNS = 20;

const YEAR_MS = 365 * 24 * 60 * 60_000;

/**
 * Realised volatility over a sliding window, annualised, as a ratio (0.65 is 65 %):
 * sample standard deviation of the log returns ln(p_t / p_(t−1)) × √(periods per year).
 * Crypto trades around the clock, so a year has 365 days of 24 hours.
 * A return counts only between neighbouring candles: across a gap there is none.
 */
export class RollingVolatility implements Indicator {
  private readonly stepMs: number;
  private readonly spanMs: number;
  private readonly deviation: RollingDeviation;
  /** Open times of the returns in `deviation`, oldest first from `firstTime`. */
  private readonly times: Float64Array;
  private firstTime = 0;
  private previous: Close | null = null;

  constructor(window: VolatilityWindow) {
    const { interval, returns } = VOLATILITY_WINDOWS[window];
    this.stepMs = SERIES[interval].stepMs;
    this.spanMs = returns * this.stepMs;
    this.deviation = new RollingDeviation(returns);
    this.times = new Float64Array(returns);
  }

  push(close: Close): void {
    this.forgetUntil(close.openTime - this.spanMs);
    const isNeighbour = this.previous?.openTime === close.openTime - this.stepMs;
    if (this.previous !== null && isNeighbour) {
      this.times[(this.firstTime + this.deviation.count) % this.times.length] = close.openTime;
      this.deviation.push(Math.log(close.price / this.previous.price));
    }
    this.previous = close;
  }

  reset(): void {
    this.deviation.clear();
    this.firstTime = 0;
    this.previous = null;
  }

  /** Null with too little history. */
  value(): number | null {
    if (this.deviation.count < LEAST_RETURNS) return null;
    const perStep = this.deviation.sampleDeviation();
    return perStep === null ? null : perStep * Math.sqrt(YEAR_MS / this.stepMs);
  }

  private forgetUntil(openTime: number): void {
    while (this.deviation.count > 0 && (this.times[this.firstTime] as number) <= openTime) {
      this.deviation.dropOldest();
      this.firstTime = (this.firstTime + 1) % this.times.length;
    }
  }
}
