import { describe, expect, it } from '@jest/globals';
import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { MinuteFold } from './fold';
import type { Candle, Trade } from './market-data';

// The same each time.
fc.configureGlobal({ seed: 1 });

const MIDNIGHT = Date.UTC(2024, 7, 9);
const MINUTE_MS = 60_000;

const trade = (time: number, price: string, quantity: string, count = 1): Trade => ({
  symbol: 'BTC',
  id: String(time),
  price,
  quantity,
  time,
  aggressor: 'BUY',
  count,
});

function foldAll(trades: readonly Trade[]): Candle[] {
  const fold = new MinuteFold('BTC');
  const closed = trades.flatMap((each) => fold.add(each));
  return [...closed, ...fold.closeCurrent()];
}

describe('folding trades into minutes', () => {
  it('gives the candle worked out by hand, to the last decimal', () => {
    const [candle] = foldAll([
      trade(MIDNIGHT + 1, '61837.63000000', '0.02000000'),
      trade(MIDNIGHT + 2, '61840.10000000', '0.00000001', 3),
      trade(MIDNIGHT + 59_999, '61830.00000000', '1.50000000'),
    ]);
    // 61837.63 × 0.02 = 1236.7526; 61840.1 × 0.00000001 = 0.000618401; 61830 × 1.5 = 92745
    expect(candle).toEqual({
      symbol: 'BTC',
      interval: '1m',
      openTime: MIDNIGHT,
      open: '61837.63000000',
      high: '61840.10000000',
      low: '61830.00000000',
      close: '61830.00000000',
      volume: '1.52000001',
      quoteVolume: '93981.753218401',
      trades: 5,
      closed: true,
    });
  });

  it('loses no digit of sums longer than twenty digits', () => {
    const [candle] = foldAll([
      trade(MIDNIGHT, '0.00000001', '99999999999999.00000001'),
      trade(MIDNIGHT, '0.00000001', '0.00000001'),
    ]);
    expect(candle?.volume).toBe('99999999999999.00000002');
    expect(candle?.quoteVolume).toBe('999999.9999999900000002');
  });

  it('ends a minute with the first trade of the next and leaves minutes without trades out', () => {
    const fold = new MinuteFold('BTC');
    expect(fold.add(trade(MIDNIGHT, '1', '1'))).toEqual([]);
    const closed = fold.add(trade(MIDNIGHT + 3 * MINUTE_MS, '2', '1'));
    expect(closed.map((candle) => [candle.openTime, candle.closed])).toEqual([[MIDNIGHT, true]]);
    expect(fold.forming()).toMatchObject({ openTime: MIDNIGHT + 3 * MINUTE_MS, closed: false });
  });

  it('ends the minute of a quiet market when its time is over, once', () => {
    const fold = new MinuteFold('BTC');
    fold.add(trade(MIDNIGHT, '1', '1'));
    expect(fold.closeUntil(MIDNIGHT + 59_999)).toEqual([]);
    expect(fold.closeUntil(MIDNIGHT + 60_000)).toHaveLength(1);
    expect(fold.closeUntil(MIDNIGHT + 60_000)).toEqual([]);
    expect(fold.forming()).toBeNull();
  });

  it('amends the minute before with a trade that comes late, and counts what is later still', () => {
    const fold = new MinuteFold('BTC');
    fold.add(trade(MIDNIGHT, '10', '1'));
    fold.add(trade(MIDNIGHT + MINUTE_MS, '11', '1'));
    expect(fold.add(trade(MIDNIGHT + 59_000, '12', '2'))).toMatchObject([
      { openTime: MIDNIGHT, high: '12', close: '12', volume: '3', trades: 2, closed: true },
    ]);
    expect(fold.add(trade(MIDNIGHT - 1, '9', '1'))).toEqual([]);
    expect(fold.dropped).toBe(1);
  });

  it('goes on from a forming minute that an earlier run has left', () => {
    const first = new MinuteFold('BTC');
    first.add(trade(MIDNIGHT, '10', '1'));
    const left = first.forming();
    const second = new MinuteFold('BTC');
    if (left !== null) second.resume(left);
    second.add(trade(MIDNIGHT + 5, '9', '0.5'));
    expect(second.forming()).toMatchObject({ open: '10', close: '9', volume: '1.5', trades: 2 });
  });

  it('equals the naive computation however the trades are cut into runs', () => {
    const anyTrade = fc.record({
      gap: fc.integer({ min: 0, max: 40_000 }),
      cents: fc.bigInt({ min: 1n, max: 10n ** 14n }),
      units: fc.bigInt({ min: 1n, max: 10n ** 16n }),
      cutAfter: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(anyTrade, { minLength: 1, maxLength: 60 }), (steps) => {
        let time = MIDNIGHT;
        const trades = steps.map(({ gap, cents, units }) => {
          time += gap;
          return trade(time, scaled(cents), scaled(units));
        });
        let fold = new MinuteFold('BTC');
        const minutes: Candle[] = [];
        trades.forEach((each, at) => {
          minutes.push(...fold.add(each));
          if (steps[at]?.cutAfter) fold = resumed(fold);
        });
        minutes.push(...fold.closeCurrent());
        expect(minutes.map(normalised)).toEqual(naive(trades));
      }),
    );
  });
});

function resumed(fold: MinuteFold): MinuteFold {
  const next = new MinuteFold('BTC');
  const left = fold.forming();
  if (left !== null) next.resume(left);
  return next;
}

/** An integer as a number with eight decimals. */
const scaled = (units: bigint): string =>
  `${units / 100_000_000n}.${String(units % 100_000_000n).padStart(8, '0')}`;

const eighths = (text: string): bigint => {
  const [whole = '0', fraction = ''] = text.split('.');
  return BigInt(whole) * 100_000_000n + BigInt(fraction.padEnd(8, '0'));
};

/** In integers only, and in no way like the code under test. */
function naive(trades: readonly Trade[]): unknown[] {
  const openTimes = new Set(trades.map(({ time }) => time - (time % MINUTE_MS)));
  return [...openTimes].map((openTime) => {
    const minute = trades.filter(({ time }) => time - (time % MINUTE_MS) === openTime);
    const prices = minute.map(({ price }) => eighths(price));
    const value = minute.reduce((all, t) => all + eighths(t.price) * eighths(t.quantity), 0n);
    return {
      openTime,
      open: prices[0],
      high: prices.reduce((a, b) => (a > b ? a : b)),
      low: prices.reduce((a, b) => (a < b ? a : b)),
      close: prices.at(-1),
      volume: minute.reduce((all, { quantity }) => all + eighths(quantity), 0n),
      quoteVolume: value,
      trades: minute.length,
    };
  });
}

function normalised(candle: Candle): unknown {
  const { openTime, open, high, low, close, volume, quoteVolume, trades } = candle;
  return {
    openTime,
    open: eighths(open),
    high: eighths(high),
    low: eighths(low),
    close: eighths(close),
    volume: eighths(volume),
    quoteVolume: BigInt(new Decimal(quoteVolume ?? 'NaN').toFixed(16).replace('.', '')),
    trades,
  };
}
