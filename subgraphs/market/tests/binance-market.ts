import { Decimal } from 'decimal.js';

/** A trade as the exchange's REST API lists it. */
export interface AggTradeRow {
  a: number;
  p: string;
  q: string;
  f: number;
  l: number;
  T: number;
  m: boolean;
  M: boolean;
}

interface Bar {
  t: number;
  f: number;
  L: number;
  o: string;
  c: string;
  h: string;
  l: string;
  v: Decimal;
  n: number;
  q: Decimal;
}

export const INTERVALS: Readonly<Record<string, number>> = {
  '1m': 60_000,
  '5m': 300_000,
  '15m': 900_000,
  '1h': 3_600_000,
  '4h': 14_400_000,
  '1d': 86_400_000,
};

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

const startOf = (time: number, length: number): number => time - (time % length);
const text = (amount: Decimal): string => amount.toFixed(8);

/** One pair of the made-up exchange: its trades, and the candles and 24 h figures that follow from them. */
export class BinanceMarket {
  readonly trades: AggTradeRow[] = [];
  private readonly bars = new Map<number, Bar>();
  private nextId = 1_000;
  status = 'TRADING';
  tickSize = '0.01000000';

  constructor(
    readonly pair: string,
    /** Every candle before the first trade is flat at this price. */
    private readonly firstPrice: string,
    /** Epoch ms; nothing exists before. */
    private readonly listedAt: number,
  ) {}

  trade(price: string, quantity: string, time: number, buyerIsMaker: boolean): AggTradeRow {
    const id = this.nextId++;
    const row: AggTradeRow = {
      a: id,
      p: text(new Decimal(price)),
      q: text(new Decimal(quantity)),
      f: 2 * id,
      l: 2 * id + 1,
      T: time,
      m: buyerIsMaker,
      M: true,
    };
    this.trades.push(row);
    this.addToBar(row);
    return row;
  }

  /** Trades from `fromId` on, or the newest. */
  tradesFrom(fromId: number | null, limit: number): AggTradeRow[] {
    if (fromId === null) return this.trades.slice(-limit);
    return this.trades.filter((row) => row.a >= fromId).slice(0, limit);
  }

  /** The `k` of a kline frame: the 1m candle at `time`. */
  minute(time: number, isClosed: boolean): Record<string, unknown> {
    const t = startOf(time, MINUTE_MS);
    const bar = this.barAt(t, MINUTE_MS);
    return {
      t,
      T: t + MINUTE_MS - 1,
      s: this.pair,
      i: '1m',
      f: bar.f,
      L: bar.L,
      o: bar.o,
      c: bar.c,
      h: bar.h,
      l: bar.l,
      v: text(bar.v),
      n: bar.n,
      x: isClosed,
      q: text(bar.q),
      V: '0.00000000',
      Q: '0.00000000',
      B: '0',
    };
  }

  /** Rows of /klines; the last one may still be open at `now`. */
  rows(interval: string, from: number, to: number, limit: number, now: number): unknown[][] {
    const length = INTERVALS[interval];
    const first = Math.ceil(Math.max(from, this.listedAt) / length) * length;
    const rows: unknown[][] = [];
    for (let t = first; t <= Math.min(to, now) && rows.length < limit; t += length) {
      const { o, h, l, c, v, q, n } = this.barAt(t, length);
      rows.push([t, o, h, l, c, text(v), t + length - 1, text(q), n, '0', '0', '0']);
    }
    return rows;
  }

  /** Rolling 24 h figures at `now`, epoch ms. */
  day(now: number): Record<'o' | 'h' | 'l' | 'c' | 'v' | 'q', string> {
    const bar = this.join(now - DAY_MS, now + 1);
    return { o: bar.o, h: bar.h, l: bar.l, c: bar.c, v: text(bar.v), q: text(bar.q) };
  }

  private addToBar(row: AggTradeRow): void {
    const t = startOf(row.T, MINUTE_MS);
    const bar = this.bars.get(t) ?? { ...this.flat(t, row.p), f: row.f };
    const quantity = new Decimal(row.q);
    this.bars.set(t, {
      ...bar,
      L: row.l,
      c: row.p,
      h: text(Decimal.max(bar.h, row.p)),
      l: text(Decimal.min(bar.l, row.p)),
      v: bar.v.plus(quantity),
      n: bar.n + 2,
      q: bar.q.plus(quantity.times(row.p)),
    });
  }

  private barAt(t: number, length: number): Bar {
    const bar = length === MINUTE_MS ? this.bars.get(t) : undefined;
    return bar ?? this.join(t, t + length);
  }

  /** The trades of a stretch as one candle; flat at the price before where there were none. */
  private join(from: number, to: number): Bar {
    const inside = [...this.bars.values()].filter((bar) => bar.t >= from && bar.t < to);
    if (inside.length === 0) return this.flat(from, this.priceBefore(from));
    const first = inside[0];
    return inside.slice(1).reduce(
      (all, bar) => ({
        ...all,
        L: bar.L,
        c: bar.c,
        h: text(Decimal.max(all.h, bar.h)),
        l: text(Decimal.min(all.l, bar.l)),
        v: all.v.plus(bar.v),
        n: all.n + bar.n,
        q: all.q.plus(bar.q),
      }),
      { ...first, t: from },
    );
  }

  private priceBefore(time: number): string {
    return this.trades.findLast((row) => row.T < time)?.p ?? text(new Decimal(this.firstPrice));
  }

  private flat(t: number, price: string): Bar {
    const zero = new Decimal(0);
    return {
      t,
      f: -1,
      L: -1,
      o: price,
      c: price,
      h: price,
      l: price,
      v: zero,
      n: 0,
      q: zero,
    };
  }
}
