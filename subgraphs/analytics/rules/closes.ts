import type { CandleInterval } from '@spyhop/platform/topics';

/** The last price of a finished candle. */
export interface Close {
  /** Epoch ms. */
  openTime: number;
  /** USD. */
  price: number;
}

/** Something computed from the closes of one series, fed oldest first. */
export interface Indicator {
  push(close: Close): void;
  reset(): void;
}

/** The intervals that indicators are computed from. */
export type SeriesInterval = Extract<CandleInterval, '1m' | '5m' | '1h'>;

const MINUTE_MS = 60_000;

/** Time between the closes of a series in ms, and how many closes are kept of each. */
export const SERIES: Readonly<Record<SeriesInterval, { stepMs: number; kept: number }>> = {
  '1m': { stepMs: MINUTE_MS, kept: 600 },
  '5m': { stepMs: 5 * MINUTE_MS, kept: 300 },
  '1h': { stepMs: 60 * MINUTE_MS, kept: 750 },
};

export const SERIES_INTERVALS = Object.keys(SERIES) as SeriesInterval[];

export const isSeriesInterval = (interval: CandleInterval): interval is SeriesInterval =>
  interval in SERIES;

/**
 * The newest closes of one series and the indicators over them. A newer close costs as much as the
 * indicators take for it; one that belongs between older ones makes them start over from those kept.
 */
export class CloseSeries {
  private readonly closes: Close[] = [];

  constructor(
    private readonly kept: number,
    private readonly indicators: readonly Indicator[],
  ) {}

  /** Takes closes in any order; the same one again changes nothing. */
  add(closes: readonly Close[]): void {
    let fitsBehind = true;
    for (const close of closes) {
      if (!(close.price > 0)) continue;
      if (this.append(close)) {
        if (fitsBehind) for (const indicator of this.indicators) indicator.push(close);
      } else if (this.insert(close)) {
        fitsBehind = false;
      }
    }
    this.trim();
    if (!fitsBehind) this.startOver();
  }

  private append(close: Close): boolean {
    const newest = this.closes.at(-1);
    if (newest !== undefined && close.openTime <= newest.openTime) return false;
    this.closes.push(close);
    return true;
  }

  private insert(close: Close): boolean {
    const before = this.closes.findLastIndex(({ openTime }) => openTime <= close.openTime);
    const known = this.closes[before];
    if (known?.openTime !== close.openTime) {
      this.closes.splice(before + 1, 0, close);
      return true;
    }
    if (known.price === close.price) return false;
    this.closes[before] = close;
    return true;
  }

  /** In steps of half the length, so that moving the rest costs little per close. */
  private trim(): void {
    if (this.closes.length > 1.5 * this.kept) this.closes.splice(0, this.closes.length - this.kept);
  }

  private startOver(): void {
    for (const indicator of this.indicators) {
      indicator.reset();
      for (const close of this.closes) indicator.push(close);
    }
  }
}
