import type { CandleInterval } from '@spyhop/platform/topics';
import { openTimeOf } from '../../rules/candles';
import type { Candle, DecimalText } from '../../rules/market-data';
import type { SimulatedAsset } from './model';

/** A candle in whole numbers, so that sums are exact: ticks, quantity steps and US cents. */
export interface Bar {
  /** Epoch ms. */
  openTime: number;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
  quoteCents: number;
  trades: number;
}

/** Whole units of 10^-decimals as text. */
export const textOfUnits = (units: number, decimals: number): DecimalText =>
  decimals === 0 ? String(units) : (units / 10 ** decimals).toFixed(decimals);

export const toCandle = (asset: SimulatedAsset, interval: CandleInterval, bar: Bar): Candle => ({
  symbol: asset.symbol,
  interval,
  openTime: bar.openTime,
  open: textOfUnits(bar.open, asset.priceDecimals),
  high: textOfUnits(bar.high, asset.priceDecimals),
  low: textOfUnits(bar.low, asset.priceDecimals),
  close: textOfUnits(bar.close, asset.priceDecimals),
  volume: textOfUnits(bar.volume, asset.quantityDecimals),
  quoteVolume: textOfUnits(bar.quoteCents, 2),
  trades: bar.trades,
  closed: true,
});

/** Bars of a coarser interval, one per bucket that has any finer bar. */
export function coarser(interval: CandleInterval, bars: readonly Bar[]): Bar[] {
  const result: Bar[] = [];
  for (const bar of bars) {
    const openTime = openTimeOf(interval, bar.openTime);
    const last = result.at(-1);
    if (last?.openTime === openTime) join(last, bar);
    else result.push({ ...bar, openTime });
  }
  return result;
}

function join(bar: Bar, later: Bar): void {
  bar.high = Math.max(bar.high, later.high);
  bar.low = Math.min(bar.low, later.low);
  bar.close = later.close;
  bar.volume += later.volume;
  bar.quoteCents += later.quoteCents;
  bar.trades += later.trades;
}
