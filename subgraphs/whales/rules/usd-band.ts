import type { DecimalText } from './exact';

/** A thousand trillion and more: whatever is said to be worth that is no different from one another. */
const HIGHEST = 15;

/**
 * Digits before the decimal point, at most 15; 0 without a figure. By it transactions are found in the
 * order of time, however few of them are worth as much as is asked for.
 */
export function usdBand(usd: DecimalText | null): number {
  if (usd === null) return 0;
  return Math.min((usd.split('.')[0] ?? '').length, HIGHEST);
}

/** Of what lists leave out: it was replaced, dropped or retracted. */
export const WITHDRAWN_BAND = -1;

/** The bands of what is worth at least that much; all without a limit. */
export interface Bands {
  /** All in them is worth enough. */
  whole: number[];
  /** Of this one only a part is; null where the limit is where it begins, or higher than any. */
  partly: number | null;
}

export function bandsFrom(minUsd: DecimalText | null): Bands {
  const lowest = usdBand(minUsd);
  const all = Array.from({ length: HIGHEST + 1 - lowest }, (_, index) => lowest + index);
  const isWhole = minUsd === null || /^10*(\.0*)?$/.test(minUsd);
  return isWhole && lowest < HIGHEST
    ? { whole: all, partly: null }
    : { whole: all.slice(1), partly: lowest };
}

/** All there are. */
export const EVERY_BAND: readonly number[] = bandsFrom(null).whole;
