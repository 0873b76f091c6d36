import { INTERVAL_MS, joinCandles, openTimeOf } from './candles';
import type { NewestPrice } from './conflate';
import { larger, smaller } from './exact';
import type { Candle, DayStats } from './market-data';
import type { StoredStretch } from './ladder';

const HOUR_MS = INTERVAL_MS['1h'];
const DAY_MS = INTERVAL_MS['1d'];

/** The finished candles of the 24 hours before `time` (epoch ms): whole hours, and minutes around them. */
export function dayStretches(time: number): StoredStretch[] {
  const thisMinute = openTimeOf('1m', time);
  const thisHour = openTimeOf('1h', time);
  const from = thisMinute - DAY_MS;
  const firstHour = openTimeOf('1h', from + HOUR_MS - 1);
  return [
    { interval: '1m', from, to: firstHour },
    { interval: '1h', from: firstHour, to: thisHour },
    { interval: '1m', from: thisHour, to: thisMinute },
  ];
}

/**
 * Statistics since `from` (epoch ms) from the candles of `dayStretches`, oldest first. Undefined
 * unless they reach back to within an hour of `from`: less than a day is not told as a day.
 */
export function dayStatsOf(
  candles: readonly Candle[],
  newest: NewestPrice,
  from: number,
): DayStats | undefined {
  const [first, ...rest] = candles;
  if (first === undefined || first.openTime > from + HOUR_MS) return undefined;
  const day = rest.reduce(joinCandles, first);
  if (day.quoteVolume === null) return undefined;
  return {
    symbol: newest.symbol,
    time: newest.time,
    last: newest.price,
    open: day.open,
    high: larger(day.high, newest.price),
    low: smaller(day.low, newest.price),
    volume: day.volume,
    quoteVolume: day.quoteVolume,
  };
}
