import { type Score, scoreOf } from './score';

/** What assets are compared with themselves in: sizes in USD, idle times and ages in hours. */
export const MEASURES = ['MOVE', 'IDLE', 'AGE', 'MINT', 'BURN'] as const;
export type Measure = (typeof MEASURES)[number];

/** How many of the newest values are kept of each. */
const KEPT = 256;

/** The newest values of each asset and measure. They are statistics, not sums of money. */
export interface History {
  symbol: string;
  measure: Measure;
  /** The oldest first. */
  values: number[];
}

const keyOf = (symbol: string, measure: Measure): string => `${measure} ${symbol}`;

/** What is usual for each asset, as far as it is known. */
export class Histories {
  private readonly byKey: Map<string, History>;
  private readonly changed = new Set<History>();

  constructor(known: readonly History[]) {
    this.byKey = new Map(known.map((each) => [keyOf(each.symbol, each.measure), each]));
  }

  score(symbol: string, measure: Measure, value: number): Score | null {
    return scoreOf(value, this.byKey.get(keyOf(symbol, measure))?.values ?? []);
  }

  /** Takes a value, for those that come after it. */
  add(symbol: string, measure: Measure, value: number): void {
    if (!(value > 0)) return;
    const key = keyOf(symbol, measure);
    const history = this.byKey.get(key) ?? { symbol, measure, values: [] };
    history.values = [...history.values, value].slice(-KEPT);
    this.byKey.set(key, history);
    this.changed.add(history);
  }

  /** Those that took something. */
  news(): History[] {
    return [...this.changed];
  }
}
