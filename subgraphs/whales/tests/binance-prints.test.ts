import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readFrame } from '../feeds/binance/parse';
import { createPrintsSource } from '../feeds/binance/prints-source';
import { liveOutside } from '../feeds/outside';
import { Sweeps } from '../rules/prints';
import { type BinanceServer, startBinance, trade } from './binance-server';
import { until } from './rig';

let binance: BinanceServer;
beforeEach(async () => void (binance = await startBinance()));
afterEach(() => binance?.close());

describe('the connection to the exchange', () => {
  let ending: AbortController;
  let running: Promise<void>;
  let told: string[];
  let seen: string[];
  beforeEach(() => void ([ending, told, seen] = [new AbortController(), [], []]));
  const follow = (silenceMs = 60_000): void => {
    running = createPrintsSource({
      ...{ hosts: [binance.host], symbols: ['BTC'], minUsd: '1', outside: liveOutside },
      ...{ silenceMs, retryMs: 20 },
    }).run(
      {
        printed: async ({ id }) => void seen.push(id),
        connected: () => void told.push('connected'),
        disconnected: (reason) => void told.push(reason),
      },
      ending.signal,
    );
  };
  afterEach(async () => {
    ending.abort();
    await running;
  });

  const tell = (a: number): void =>
    binance.tell('btcusdt@aggTrade', trade(a, '60000', '1', Date.now() + 100 * a));

  it('comes back where it breaks, and tells of nothing twice', async () => {
    follow();
    await until(async () => binance.asked.length === 1);
    tell(1);
    await until(async () => told.length === 1);
    binance.drop();
    await until(async () => binance.asked.length > 1 && binance.open() === 1);
    tell(1);
    tell(2);
    tell(3);
    await until(async () => seen.length === 3);
    expect(seen).toEqual([1, 2, 3].map((id) => `binance:BTC:trade:${id}`));
    expect(told.slice(0, 2)).toEqual(['connected', 'The connection was closed.']);
  });

  it('that has gone silent is given up', async () => {
    follow(400);
    await until(async () => told.includes('It has gone silent.'));
  });

  it('that is about to be closed is read until another one has spoken, and nothing is missed or twice', async () => {
    follow();
    await until(async () => binance.open() === 1);
    tell(1);
    binance.tell('!serverShutdown', { e: 'serverShutdown', E: Date.now() });
    await until(async () => binance.open() === 2);
    tell(2);
    await until(async () => binance.open() === 1);
    tell(3);
    await until(async () => seen.length === 3);
    expect(seen).toEqual([1, 2, 3].map((id) => `binance:BTC:trade:${id}`));
    expect(told).not.toContain('The connection was closed.');
  });
});

describe('a frame of the exchange', () => {
  // As in the exchange's documentation, for a pair against USDT.
  const data = {
    ...{ e: 'aggTrade', E: 1_672_515_782_136, s: 'BNBUSDT', a: 12_345, p: '310.5', q: '100' },
    ...{ f: 100, l: 105, T: 1_672_515_782_136, m: true, M: true },
  };
  const block = {
    ...{ e: 'blockTrade', E: 1_772_506_983_582, s: 'BNBUSDT', t: 582, p: '310.5', q: '5838' },
    ...{ T: 1_772_506_983_321, m: false },
  };
  const frame = (changes: object, of: object = data): string =>
    JSON.stringify({ stream: 'bnbusdt@aggTrade', data: { ...of, ...changes } });

  it('tells of a trade, and whose price it took', () => {
    const common = { symbol: 'BNB', price: '310.5' };
    expect(readFrame(frame({}))).toEqual({
      ...{ ...common, id: 12_345, side: 'SELL', amount: '100', time: 1_672_515_782_136 },
      ...{ isBlock: false, trades: 6 },
    });
    expect(readFrame(frame({}, block))).toEqual({
      ...{ ...common, id: 582, side: 'BUY', amount: '5838', time: 1_772_506_983_321 },
      ...{ isBlock: true, trades: 1 },
    });
  });

  it.each([
    ['a negative quantity', frame({ q: '-100' })],
    ['a negative price', frame({ p: '-310.5' })],
    ['a quantity of nothing', frame({ q: '0.00000000' })],
    ['a price of nothing', frame({ p: '0' })],
    ['an absurd quantity', frame({ q: `1${'0'.repeat(30)}` })],
    ['a quantity with an exponent', frame({ q: '1e30' })],
    ['a quantity that is no text', frame({ q: 100 })],
    ['more trades before than after', frame({ f: 105, l: 100 })],
    ['an id below zero', frame({ a: -1 })],
    ['no side', frame({ m: undefined })],
    ['another quote', frame({ s: 'BNBBTC' })],
    ['a block trade of nothing', frame({ q: '0' }, block)],
    ['a kind that is not known', frame({ e: 'kline' })],
    ['no JSON', '<html>'],
    ['JSON of something else', '[]'],
  ])('with %s tells of nothing', (_, text) => expect(readFrame(text)).toBeNull());
});

describe('sweeps', () => {
  it('end 50 ms after they began, however close the trades follow each other', () => {
    const sweeps = new Sweeps('binance', '0');
    const every40Ms = Array.from({ length: 8 }, (_, index) => ({
      ...{ symbol: 'BTC', id: index, side: 'BUY' as const, price: '60000', amount: '1' },
      ...{ time: 40 * index, trades: 1, isBlock: false },
    }));
    const prints = [
      ...every40Ms.flatMap((each) => sweeps.add(each)),
      ...sweeps.endedBefore(Infinity),
    ];
    expect(prints.map(({ time, trades }) => [time, trades])).toEqual([
      [0, 2],
      [80, 2],
      [160, 2],
      [240, 2],
    ]);
  });

  it('can be told once no trade can belong to them any more', () => {
    const sweeps = new Sweeps('binance', '0');
    const base = { symbol: 'BTC', side: 'BUY' as const, price: '60000', amount: '1', trades: 1 };
    sweeps.add({ ...base, id: 1, time: 1_000, isBlock: false });
    sweeps.add({ ...base, id: 2, time: 1_040, isBlock: false });
    expect(sweeps.endedBefore(1_050)).toEqual([]);
    expect(sweeps.endedBefore(1_051)).toMatchObject([{ amount: '2', trades: 2 }]);
  });

  it('add up to what was traded, however they are cut', () => {
    const sweeps = new Sweeps('binance', '0');
    const side = 'BUY' as const;
    const all = Array.from({ length: 200 }, (_, index) => ({
      ...{ symbol: index % 3 === 0 ? 'ETH' : 'BTC', id: index, side, price: '0.1', amount: '0.3' },
      ...{ time: index * index, trades: 1, isBlock: false },
    }));
    const prints = [...all.flatMap((each) => sweeps.add(each)), ...sweeps.endedBefore(Infinity)];
    expect(prints.reduce((sum, { trades }) => sum + trades, 0)).toBe(200);
    // 200 · 0.03, which no sum of doubles is.
    const cents = prints.reduce((sum, { usd }) => sum + BigInt(Math.round(Number(usd) * 100)), 0n);
    expect(cents).toBe(600n);
    expect(prints.length).toBeLessThan(200);
  });
});
