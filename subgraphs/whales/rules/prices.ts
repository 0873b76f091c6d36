import type { CandleInterval, CandlesClosed, FeedKind } from '@spyhop/platform/topics';
import type { DecimalText } from './exact';
import type { PriceAt } from './valuation';

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

/** Further back no price is known, in ms. */
export const REACH_MS = SERIES['1d'].kept * SERIES['1d'].stepMs;

const isKept = (interval: CandleInterval): interval is Interval => interval in SERIES;

/** By where transactions come from, what closes value them: what is real is worth nothing that was made up. */
const VALUED_BY: Readonly<Record<FeedKind, ReadonlySet<FeedKind | undefined>>> = {
  LIVE: new Set(['LIVE']),
  REPLAY: new Set(['LIVE', 'REPLAY']),
  SIMULATED: new Set(['LIVE', 'REPLAY', 'SIMULATED', undefined]),
};

interface Known {
  dataset: number;
  /** Undefined where nobody has said. */
  kind: FeedKind | undefined;
  series: Map<Interval, Closes>;
}

/** Closes of one symbol and interval, by open time. */
type Closes = Map<number, DecimalText>;

/** What assets were worth lately, from the closes that the market announces. */
export class PriceBoard {
  private readonly bySymbol = new Map<string, Known>();
  private changes = 0;

  /** Another one whenever there are closes of a symbol, of an interval, or of a kind that there were none of. */
  get revision(): number {
    return this.changes;
  }

  /** Takes closes of one dataset (when it began, epoch ms); of two of a symbol only the later counts. */
  add({ symbol, dataset, kind, interval, candles }: CandlesClosed): void {
    if (!isKept(interval)) return;
    this.begin(symbol, dataset);
    const known = this.bySymbol.get(symbol);
    if (known?.dataset !== dataset) return;
    if (kind !== undefined && kind !== known.kind) this.changes += 1;
    if (!known.series.has(interval)) this.changes += 1;
    known.kind = kind ?? known.kind;
    const closes = known.series.get(interval) ?? new Map<number, DecimalText>();
    for (const { openTime, close } of candles) closes.set(openTime, close);
    letGo(closes, SERIES[interval].kept);
    known.series.set(interval, closes);
  }

  /** Forgets what earlier datasets have said of the symbol. */
  begin(symbol: string, dataset: number): void {
    const known = this.bySymbol.get(symbol)?.dataset ?? -Infinity;
    if (dataset > known) {
      this.bySymbol.set(symbol, { dataset, kind: undefined, series: new Map() });
    }
  }

  /** For transactions of a kind, see `at`. */
  of(kind: FeedKind): PriceAt {
    return (symbol, time) => this.at(kind, symbol, time);
  }

  /**
   * USD for one unit at a time (epoch ms), for transactions of a kind: the close of the last candle that had ended by
   * then, of the finest interval that reaches there; null where none does, or those that do are not for that kind.
   */
  private at(of: FeedKind, symbol: string, time: number): DecimalText | null {
    const known = this.bySymbol.get(symbol);
    if (known === undefined || !VALUED_BY[of].has(known.kind)) return null;
    const { series } = known;
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
