import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type BookChange, type Level, OrderBook } from './order-book';

const change = (
  firstUpdateId: number,
  lastUpdateId: number,
  bids: Level[] = [],
  asks: Level[] = [],
): BookChange => ({ firstUpdateId, lastUpdateId, bids, asks });

const snapshot = {
  lastUpdateId: 100,
  bids: [
    ['10', '1'],
    ['9', '2'],
  ] as Level[],
  asks: [['11', '3']] as Level[],
};

describe('a local order book', () => {
  it('joins the changes that came before the snapshot to it', () => {
    const book = new OrderBook();
    expect(book.apply(change(95, 98, [['10.5', '7']]))).toBe('snapshot needed');
    expect(book.apply(change(99, 101, [['10', '0']]))).toBe('snapshot needed');
    expect(book.apply(change(102, 104, [], [['10.5', '4']]))).toBe('snapshot needed');
    expect(book.load(snapshot)).toBe('ok');
    expect(book.lastUpdateId).toBe(104);
    expect(book.bestBid()).toEqual(['9', '2']);
    expect(book.bestAsk()).toEqual(['10.5', '4']);
  });

  it('asks for another snapshot when this one is older than the first change it saw', () => {
    const book = new OrderBook();
    book.apply(change(105, 106, [['12', '1']]));
    expect(book.load(snapshot)).toBe('snapshot needed');
    expect(book.lastUpdateId).toBeNull();
    expect(book.load({ ...snapshot, lastUpdateId: 105 })).toBe('ok');
    expect(book.bestBid()).toEqual(['12', '1']);
  });

  it('throws itself away at a gap and begins again', () => {
    const book = new OrderBook();
    book.load(snapshot);
    expect(book.apply(change(101, 102))).toBe('ok');
    expect(book.apply(change(104, 105, [['12', '1']]))).toBe('snapshot needed');
    expect(book.bestBid()).toBeNull();
    expect(book.load(snapshot)).toBe('snapshot needed');
    expect(book.load({ ...snapshot, lastUpdateId: 104 })).toBe('ok');
    expect(book.bestBid()).toEqual(['12', '1']);
    expect(book.lastUpdateId).toBe(105);
  });

  it('notices a gap among the changes that waited for the snapshot', () => {
    const book = new OrderBook();
    book.apply(change(99, 101));
    book.apply(change(103, 104));
    book.apply(change(105, 106, [['12', '1']]));
    expect(book.load(snapshot)).toBe('snapshot needed');
    expect(book.load({ ...snapshot, lastUpdateId: 103 })).toBe('ok');
    expect(book.lastUpdateId).toBe(106);
    expect(book.bestBid()).toEqual(['12', '1']);
  });

  it('ignores changes that are older than itself', () => {
    const book = new OrderBook();
    book.load(snapshot);
    expect(book.apply(change(90, 99, [['50', '1']]))).toBe('ok');
    expect(book.bestBid()).toEqual(['10', '1']);
  });

  it('knows the best price of both sides whatever the order of changes', () => {
    const level = fc.tuple(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 0, max: 2 }));
    fc.assert(
      fc.property(fc.array(level), (levels) => {
        const book = new OrderBook();
        book.load({ lastUpdateId: 0, bids: [], asks: [] });
        const expected = new Map<number, number>();
        levels.forEach(([cents, quantity], index) => {
          const sides: Level[] = [[(cents / 100).toFixed(2), String(quantity)]];
          book.apply(change(index + 1, index + 1, sides, sides));
          if (quantity === 0) expected.delete(cents);
          else expected.set(cents, quantity);
        });
        const prices = [...expected.keys()].sort((a, b) => a - b);
        const levelAt = (cents: number | undefined) =>
          cents === undefined ? null : [(cents / 100).toFixed(2), String(expected.get(cents))];
        expect(book.bestBid()).toEqual(levelAt(prices.at(-1)));
        expect(book.bestAsk()).toEqual(levelAt(prices[0]));
      }),
    );
  });
});
