import type { CandleInterval } from '../generated/graphql';

/** All lengths of candles and how they are called, shortest first. */
export const CANDLE_INTERVALS: readonly { value: CandleInterval; label: string }[] = [
  { value: 'M1', label: '1m' },
  { value: 'M5', label: '5m' },
  { value: 'M15', label: '15m' },
  { value: 'H1', label: '1h' },
  { value: 'H4', label: '4h' },
  { value: 'D1', label: '1d' },
];
