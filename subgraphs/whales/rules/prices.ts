import type { CandleInterval, CandlesClosed } from '@spyhop/platform/topics';
import type { DecimalText } from './exact';

const MINUTE_MS = 60_000;

/** From the finest: time between closes in ms, how many are kept, and how many may be missing before a time. */
const SERIES = {
  '1m': { stepMs: MINUTE_MS, kept: 60, patience: 10 },
  '5m': { stepMs: 5 * MINUTE_MS, kept: 300, patience: 6 },
  '1h': { stepMs: 60 * MINUTE_MS, kept: 200, patience: 3 },
  '1d': { stepMs: 24 * 60 * MINUTE_MS, kept: 400, patience: 2 },
} as const satisfies Partial<
  Record<CandleInterval, { stepMs: number; kept: number; patience: number }>
>;
type Interval = keyof typeof SERIES;
const INTERVALS = Object.keys(SERIES) as Interval[];

const isKept = (interval: CandleInterval): interval is Interval => interval in SERIES;

/** Closes of one symbol and interval, by open time. */
type Closes = Map<number, DecimalText>;

/** What assets were worth lately, from the closes that the market announces. */
export class PriceBoard {
  private readonly bySymbol = new Map<string, { dataset: number; series: Map<Interval, Closes> }>();

  /** Takes closes of one dataset (when it began, epoch ms); of two of a symbol only the later counts. */
  add({ symbol, dataset, interval, candles }: CandlesClosed): void {
    if (!isKept(interval)) return;
    this.begin(symbol, dataset);
    const known = this.bySymbol.get(symbol);
    if (known?.dataset !== dataset) return;
    const closes = known.series.get(interval) ?? new Map<number, DecimalText>();
    for (const { openTime, close } of candles) closes.set(openTime, close);
    letGo(closes, SERIES[interval].kept);
    known.series.set(interval, closes);
  }

  /** Forgets what earlier datasets have said of the symbol. */
  begin(symbol: string, dataset: number): void {
    const known = this.bySymbol.get(symbol)?.dataset ?? -Infinity;
    if (dataset > known) this.bySymbol.set(symbol, { dataset, series: new Map() });
  }

  /**
   * USD for one unit at a time (epoch ms): the close of the last candle that had ended by then, of the finest
   * interval that reaches there; null where none does.
   */
  at(symbol: string, time: number): DecimalText | null {
    const series = this.bySymbol.get(symbol)?.series;
    if (series === undefined) return null;
    for (const interval of INTERVALS) {
      const close = lastBefore(series.get(interval), time, SERIES[interval]);
      if (close !== null) return close;
    }
    return null;
  }
}

function lastBefore(
  closes: Closes | undefined,
  time: number,
  { stepMs, patience }: { stepMs: number; patience: number },
): DecimalText | null {
  const forming = Math.floor(time / stepMs) * stepMs;
  for (let back = 1; back <= patience; back += 1) {
    const close = closes?.get(forming - back * stepMs);
    if (close !== undefined) return close;
  }
  return null;
}

/** In steps of half the number, so that it costs little per close. */
function letGo(closes: Closes, kept: number): void {
  if (closes.size <= 1.5 * kept) return;
  const oldest = [...closes.keys()].sort((a, b) => a - b).slice(0, closes.size - kept);
  for (const openTime of oldest) closes.delete(openTime);
}
