import type { DecimalText } from '../rules/exact';
import { type PriceAt, pricedAs } from '../rules/valuation';

/**
 * Per symbol, in the order of the moments (epoch ms), the close of the last candle that had ended by then, and
 * not before `notBefore`; null where there is none.
 */
export type ClosesAt = (
  symbols: readonly string[],
  moments: readonly { at: number; notBefore: number }[],
) => Promise<ReadonlyMap<string, readonly (DecimalText | null)[]>>;

const MINUTE_MS = 60_000;
/** A close counts for so long, as it does where live sources value by the day. */
const TOLERANCE_MS = 2 * 24 * 60 * MINUTE_MS;

/** Candles end with a minute, so those of one have the same close. */
const minuteOf = (time: number): number => Math.floor(time / MINUTE_MS) * MINUTE_MS;

/** What the assets that move in some transactions were worth then, read at once. */
export async function pastPrices(
  closesAt: ClosesAt,
  moved: readonly { time: number; legs: readonly { symbol: string }[] }[],
): Promise<PriceAt> {
  const symbols = new Set(moved.flatMap(({ legs }) => legs.map(({ symbol }) => pricedAs(symbol))));
  const minutes = [...new Set(moved.map(({ time }) => minuteOf(time)))];
  const moments = minutes.map((at) => ({ at, notBefore: at - TOLERANCE_MS }));
  const closes = await closesAt([...symbols], moments);
  const places = new Map(minutes.map((minute, place) => [minute, place]));
  return (symbol, time) => closes.get(symbol)?.[places.get(minuteOf(time)) ?? -1] ?? null;
}
