import { type Close, type Indicator, SERIES } from './closes';
import { Ema } from './ema';
import { RollingDeviation } from './rolling-deviation';
import { LEAST_RETURNS } from './volatility';

/** Minutes. */
const FAST = 20;
/** Minutes. */
const SLOW = 100;
const STEP_MS = SERIES['1m'].stepMs;

/**
 * Standard deviation of EMA_fast − EMA_slow of a random walk whose steps have deviation 1.
 * A step n back counts with (1 − α_slow)^n − (1 − α_fast)^n; the squares sum to three geometric series.
 */
function driftlessDeviation(fast: number, slow: number): number {
  const a = 1 - 2 / (fast + 1);
  const b = 1 - 2 / (slow + 1);
  const geometric = (q: number): number => q / (1 - q);
  return Math.sqrt(geometric(a * a) + geometric(b * b) - 2 * geometric(a * b));
}

const UNIT = driftlessDeviation(FAST, SLOW);

/**
 * Trend from −1 (strong down) to 1 (strong up) over 1m closes:
 *
 *   z = (EMA20(ln p) − EMA100(ln p)) / (σ × UNIT),   trend = tanh(z / 2)
 *
 * σ is the sample deviation of the last 100 log returns and UNIT makes z's deviation 1 where prices
 * only wander, so |trend| > 0.76 means more than two deviations: seldom chance.
 * A crossover of averages in units of volatility, squashed, as in J. Baz et al.,
 * "Dissecting Investment Strategies in the Cross Section and Time Series" (2015).
 */
export class Trend implements Indicator {
  private readonly fast = new Ema(FAST);
  private readonly slow = new Ema(SLOW);
  private readonly returns = new RollingDeviation(SLOW);
  private previous: { openTime: number; logPrice: number } | null = null;

  push({ openTime, price }: Close): void {
    if (this.previous !== null && openTime - this.previous.openTime > SLOW * STEP_MS) this.reset();
    const logPrice = Math.log(price);
    if (this.previous !== null && openTime - this.previous.openTime === STEP_MS) {
      this.returns.push(logPrice - this.previous.logPrice);
    }
    this.fast.push(logPrice);
    this.slow.push(logPrice);
    this.previous = { openTime, logPrice };
  }

  reset(): void {
    this.fast.reset();
    this.slow.reset();
    this.returns.clear();
    this.previous = null;
  }

  /** Null with too little history; 0 where the price stands still. */
  value(): number | null {
    const [fast, slow] = [this.fast.value(), this.slow.value()];
    const deviation = this.returns.sampleDeviation();
    if (fast === null || slow === null || deviation === null) return null;
    if (this.returns.count < LEAST_RETURNS) return null;
    return deviation === 0 ? 0 : Math.tanh((fast - slow) / (deviation * UNIT) / 2);
  }
}
