import type { CandleInterval } from '../../../generated/graphql';

/** A length of candle that people can choose. */
export interface Interval {
  /** As in the address bar and on the button. */
  label: string;
  value: CandleInterval;
  lengthMs: number;
}

const MINUTE_MS = 60_000;

/** All lengths, shortest first. */
export const INTERVALS: readonly Interval[] = [
  { label: '1m', value: 'M1', lengthMs: MINUTE_MS },
  { label: '5m', value: 'M5', lengthMs: 5 * MINUTE_MS },
  { label: '15m', value: 'M15', lengthMs: 15 * MINUTE_MS },
  { label: '1h', value: 'H1', lengthMs: 60 * MINUTE_MS },
  { label: '4h', value: 'H4', lengthMs: 240 * MINUTE_MS },
  { label: '1d', value: 'D1', lengthMs: 1440 * MINUTE_MS },
];

/** The interval that an address names; `fallback` when it names none that exists. */
export function parseInterval(text: string | null, fallback: CandleInterval): Interval {
  const named = INTERVALS.find(({ label }) => label === text);
  return (named ?? INTERVALS.find(({ value }) => value === fallback)) as Interval;
}
