import type { CandleInterval } from '@spyhop/platform/topics';

/** An exact decimal number as text, e.g. "61837.64000000": what exchanges send and the store keeps. */
export type DecimalText = string;

/** The side that took liquidity. */
export type Aggressor = 'BUY' | 'SELL';

export interface Trade {
  /** Our symbol, e.g. BTC. */
  symbol: string;
  /** The exchange's id of the (aggregate) trade. */
  id: string;
  /** USD. */
  price: DecimalText;
  /** Units of the asset. */
  quantity: DecimalText;
  /** Execution, epoch ms. */
  time: number;
  aggressor: Aggressor;
  /** How many trades this one aggregates, at least 1. */
  count: number;
}

export interface Candle {
  symbol: string;
  interval: CandleInterval;
  /** Epoch ms, aligned to the interval in UTC. */
  openTime: number;
  open: DecimalText;
  high: DecimalText;
  low: DecimalText;
  close: DecimalText;
  /** Units of the asset. */
  volume: DecimalText;
  /** USD; null where the source did not say. */
  quoteVolume: DecimalText | null;
  /** Null where the source did not say. */
  trades: number | null;
  /** False while it is still forming. */
  closed: boolean;
}

/** Rolling 24 h statistics of one symbol, as exchanges publish them. */
export interface DayStats {
  symbol: string;
  /** Epoch ms. */
  time: number;
  last: DecimalText;
  open: DecimalText;
  high: DecimalText;
  low: DecimalText;
  /** Units of the asset. */
  volume: DecimalText;
  /** USD. */
  quoteVolume: DecimalText;
}
