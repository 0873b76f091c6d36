import type { CandleInterval } from '../../../generated/graphql';
import { CANDLE_INTERVALS } from '../../../ui/candle-intervals';

/** A length of candle that people can choose. */
export interface Interval {
  /** As in the address bar and on the button. */
  label: string;
  value: CandleInterval;
  lengthMs: number;
}

const MINUTE_MS = 60_000;
const LENGTHS_MS: Readonly<Record<CandleInterval, number>> = {
  M1: MINUTE_MS,
  M5: 5 * MINUTE_MS,
  M15: 15 * MINUTE_MS,
  H1: 60 * MINUTE_MS,
  H4: 240 * MINUTE_MS,
  D1: 1440 * MINUTE_MS,
};

/** All lengths, shortest first. */
export const INTERVALS: readonly Interval[] = CANDLE_INTERVALS.map((interval) => ({
  ...interval,
  lengthMs: LENGTHS_MS[interval.value],
}));

/** The interval that an address names; `fallback` when it names none that exists. */
export function parseInterval(text: string | null, fallback: CandleInterval): Interval {
  const named = INTERVALS.find(({ label }) => label === text);
  return (named ?? INTERVALS.find(({ value }) => value === fallback)) as Interval;
}
