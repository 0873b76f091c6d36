import type { CandleInterval } from '@spyhop/platform/topics';
import { larger, smaller, sum } from './exact';
import type { Candle } from './market-data';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Length of each interval in ms. */
export const INTERVAL_MS: Readonly<Record<CandleInterval, number>> = {
  '1m': MINUTE_MS,
  '5m': 5 * MINUTE_MS,
  '15m': 15 * MINUTE_MS,
  '1h': HOUR_MS,
  '4h': 4 * HOUR_MS,
  '1d': 24 * HOUR_MS,
};

/** Open time of the candle that covers `time`; both epoch ms, aligned to UTC. */
export function openTimeOf(interval: CandleInterval, time: number): number {
  const length = INTERVAL_MS[interval];
  return Math.floor(time / length) * length;
}

/** First instant after the candle, epoch ms. */
export const endOf = (candle: Pick<Candle, 'interval' | 'openTime'>): number =>
  candle.openTime + INTERVAL_MS[candle.interval];

const sumIfKnown = <T>(a: T | null, b: T | null, add: (a: T, b: T) => T): T | null =>
  a === null || b === null ? null : add(a, b);

/** Two neighbouring stretches of one symbol as one; keeps the interval and open time of the earlier. */
export function joinCandles(earlier: Candle, later: Candle): Candle {
  return {
    symbol: earlier.symbol,
    interval: earlier.interval,
    openTime: earlier.openTime,
    open: earlier.open,
    high: larger(earlier.high, later.high),
    low: smaller(earlier.low, later.low),
    close: later.close,
    volume: sum(earlier.volume, later.volume),
    quoteVolume: sumIfKnown(earlier.quoteVolume, later.quoteVolume, sum),
    trades: sumIfKnown(earlier.trades, later.trades, (a, b) => a + b),
    closed: later.closed,
  };
}

/** The candle of a coarser interval made of finer ones of one bucket, oldest first; null of none. */
export function rollUp(interval: CandleInterval, finer: readonly Candle[]): Candle | null {
  const [first, ...rest] = finer;
  const last = finer.at(-1);
  if (first === undefined || last === undefined) return null;
  const openTime = openTimeOf(interval, first.openTime);
  const isComplete = endOf(last) === openTime + INTERVAL_MS[interval];
  return {
    ...rest.reduce(joinCandles, first),
    interval,
    openTime,
    closed: last.closed && isComplete,
  };
}
