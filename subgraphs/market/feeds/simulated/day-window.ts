import { openTimeOf } from '../../rules/candles';
import type { DayStats } from '../../rules/market-data';
import { type Bar, textOfUnits } from './bars';
import { ticksOf } from './history';
import type { SimulatedTrade } from './live-market';
import type { SimulatedAsset } from './model';

const HOUR_MS = 3_600_000;
/** The forming minute counts as a whole one. */
const WINDOW_MS = 24 * HOUR_MS - 60_000;

/** The last 24 hours of one asset as minutes, for the rolling statistics that exchanges publish. */
export class DayWindow {
  /** Oldest first; the last one is forming. */
  private readonly minutes: Bar[] = [];

  constructor(private readonly asset: SimulatedAsset) {}

  /** Takes what lies before anything known, oldest first. */
  prepend(past: readonly Bar[]): void {
    const oldest = this.minutes[0]?.openTime ?? Infinity;
    this.minutes.unshift(...past.filter((bar) => bar.openTime < oldest));
    this.trim();
  }

  add({ trade, ticks, quantitySteps, cents }: SimulatedTrade): void {
    const openTime = openTimeOf('1m', trade.time);
    const forming = this.minutes.at(-1);
    if (forming?.openTime !== openTime) {
      const flat = { open: ticks, high: ticks, low: ticks, close: ticks };
      this.minutes.push({ openTime, ...flat, volume: quantitySteps, quoteCents: cents, trades: 1 });
      return this.trim();
    }
    forming.high = Math.max(forming.high, ticks);
    forming.low = Math.min(forming.low, ticks);
    forming.close = ticks;
    forming.volume += quantitySteps;
    forming.quoteCents += cents;
    forming.trades += 1;
  }

  /** Null before the first minute. */
  stats(time: number): DayStats | null {
    const [first] = this.minutes;
    const last = this.minutes.at(-1);
    if (first === undefined || last === undefined) return null;
    const day = { high: first.high, low: first.low, volume: 0, quoteCents: 0 };
    for (const bar of this.minutes) {
      if (bar.high > day.high) day.high = bar.high;
      if (bar.low < day.low) day.low = bar.low;
      day.volume += bar.volume;
      day.quoteCents += bar.quoteCents;
    }
    const price = (ticks: number): string => textOfUnits(ticks, this.asset.priceDecimals);
    return {
      symbol: this.asset.symbol,
      time,
      last: price(last.close),
      open: price(first.open),
      high: price(day.high),
      low: price(day.low),
      volume: textOfUnits(day.volume, this.asset.quantityDecimals),
      quoteVolume: textOfUnits(day.quoteCents, 2),
    };
  }

  private trim(): void {
    const newest = this.minutes.at(-1)?.openTime ?? 0;
    const expired = this.minutes.findIndex((bar) => bar.openTime >= newest - WINDOW_MS);
    if (expired > 0) this.minutes.splice(0, expired);
  }
}

/** Statistics of 24 hours in USD and units of the asset, as an earlier run has left them. */
export type DayRange = Pick<DayStats, 'open' | 'high' | 'low' | 'volume' | 'quoteVolume'>;

/** Hours that add up to what is known of the day before `end`: where in it things happened is not. */
export function spreadOverDay(
  asset: SimulatedAsset,
  end: { price: string; time: number },
  day: DayRange,
): Bar[] {
  const [open, close] = [Number(day.open), Number(end.price)];
  return Array.from({ length: 24 }, (_, hour) => {
    const ticks = ticksOf(asset, open + ((close - open) * hour) / 24);
    return {
      openTime: openTimeOf('1m', end.time - (24 - hour) * HOUR_MS) + 60_000,
      open: ticks,
      high: hour === 12 ? ticksOf(asset, Number(day.high)) : ticks,
      low: hour === 12 ? ticksOf(asset, Number(day.low)) : ticks,
      close: ticks,
      volume: Math.round((Number(day.volume) * 10 ** asset.quantityDecimals) / 24),
      quoteCents: Math.round((Number(day.quoteVolume) * 100) / 24),
      trades: 0,
    };
  });
}
