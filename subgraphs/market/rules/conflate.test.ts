import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Conflator, TradeTape } from './conflate';
import type { Trade } from './market-data';

// The same each time.
fc.configureGlobal({ seed: 1 });

describe('conflation', () => {
  it('hands out the first price of a quiet symbol at once and the newest of a busy one in its turn', () => {
    const prices = new Conflator(10);
    prices.put('BTC', '1', 1, 1_000);
    expect(prices.takeDue(1_000).map(({ price }) => price)).toEqual(['1']);
    prices.put('BTC', '2', 2, 1_010);
    prices.put('BTC', '3', 3, 1_020);
    expect(prices.takeDue(1_099)).toEqual([]);
    expect(prices.takeDue(1_100)).toEqual([
      { symbol: 'BTC', price: '3', time: 3, receivedAt: 1_020 },
    ]);
    expect(prices.isWaiting).toBe(false);
  });

  it('does not let an older trade replace a newer one', () => {
    const prices = new Conflator(10);
    prices.put('BTC', 'newer', 20, 1);
    prices.put('BTC', 'older', 10, 2);
    expect(prices.takeDue(5).map(({ price }) => price)).toEqual(['newer']);
    prices.put('BTC', 'older', 10, 200);
    expect(prices.takeDue(500)).toEqual([]);
  });

  it('hands everything out again after what was written is lost', () => {
    const prices = new Conflator(10);
    prices.put('BTC', '1', 1, 0);
    prices.put('ETH', '2', 1, 0);
    prices.takeDue(0);
    prices.renew();
    expect(prices.takeDue(1_000).map(({ symbol }) => symbol)).toEqual(['BTC', 'ETH']);
  });

  it('never exceeds the rate of a symbol and always ends with its newest price', () => {
    const arrivals = fc.array(
      fc.record({ gap: fc.integer({ min: 0, max: 80 }), symbol: fc.constantFrom('BTC', 'ETH') }),
      { minLength: 1, maxLength: 200 },
    );
    fc.assert(
      fc.property(arrivals, fc.integer({ min: 1, max: 50 }), (sent, hz) => {
        const prices = new Conflator(hz);
        const newest = new Map<string, string>();
        const handedOut = new Map<string, { at: number; price: string }>();
        const takeAt = (now: number): void => {
          for (const { symbol, price } of prices.takeDue(now)) {
            const before = handedOut.get(symbol)?.at ?? -Infinity;
            expect(now - before).toBeGreaterThanOrEqual(1_000 / hz);
            handedOut.set(symbol, { at: now, price });
          }
        };
        let now = 0;
        sent.forEach(({ gap, symbol }, at) => {
          now += gap;
          prices.put(symbol, String(at), now, now);
          newest.set(symbol, String(at));
          takeAt(now);
        });
        takeAt(now + 1_000);
        for (const [symbol, price] of newest) expect(handedOut.get(symbol)?.price).toBe(price);
      }),
    );
  });
});

describe('the trades tape', () => {
  const trade = (id: number, symbol = 'BTC'): Trade => ({
    symbol,
    id: String(id),
    price: '1',
    quantity: '1',
    time: id,
    aggressor: 'SELL',
    count: 1,
  });

  it('keeps the newest trades of each symbol in order and is empty once taken', () => {
    const tape = new TradeTape(3);
    for (let id = 1; id <= 100; id += 1) tape.put(trade(id));
    tape.put(trade(1, 'ETH'));
    const taken = tape.take();
    expect(taken.get('BTC')?.map(({ id }) => id)).toEqual(['98', '99', '100']);
    expect(taken.get('ETH')).toHaveLength(1);
    expect(tape.take().size).toBe(0);
  });
});
