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

/** The bands in which there may be something worth at least that much; all without a limit. */
export function bandsFrom(minUsd: DecimalText | null): number[] {
  const lowest = usdBand(minUsd);
  return Array.from({ length: HIGHEST + 1 - lowest }, (_, index) => lowest + index);
}
