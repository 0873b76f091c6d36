import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Stop } from '@spyhop/platform/shutdown';
import { type ExchangePrint, candlesClosed, exchangePrintSeen } from '@spyhop/platform/topics';
import { type BinanceServer, startBinance, trade } from './binance-server';
import { type WhalesRig, startWhales, until } from './rig';

let binance: BinanceServer;
beforeEach(async () => void (binance = await startBinance()));
afterEach(() => binance?.close());

const block = (t: number, p: string, q: string, T: number): object => ({
  ...{ e: 'blockTrade', E: T + 1, s: 'ETHUSDT', t, p, q, T, m: true },
});

interface Print {
  id: string;
  symbol: string;
  asset: { symbol: string } | null;
  exchange: string;
  side: string;
  price: string;
  amount: string;
  usd: string;
  time: string;
  trades: number;
  isBlock: boolean;
}
interface Listed {
  exchangePrints: {
    edges: { node: { id: string } }[];
    pageInfo: { hasNextPage: boolean; endCursor: string };
  };
}
const FIELDS = 'id symbol asset { symbol } exchange side price amount usd time trades isBlock';

describe('large trades', () => {
  let whales: WhalesRig;
  let stops: Stop[];
  beforeEach(async () => {
    whales = await startWhales();
    stops = [];
  });
  afterEach(async () => {
    for (const stop of stops) await stop();
    await whales?.stop();
  });

  const feed = async (env: Record<string, string> = {}): Promise<Stop> => {
    const stop = await whales.feed({
      ...{ MEMPOOL_SPACE: 'off', WHALE_SOURCE: 'live', BINANCE_STREAM_HOSTS: binance.host },
      ...{ EXCHANGE_PRINT_SYMBOLS: 'BTC,ETH', ...env },
    });
    stops.push(stop);
    return stop;
  };

  const prints = async (filter: object = {}): Promise<Print[]> => {
    const { exchangePrints } = await whales.graph.data<{
      exchangePrints: { edges: { node: Print }[] };
    }>(
      `query ($filter: ExchangePrintFilter) {
        exchangePrints(filter: $filter) { edges { node { ${FIELDS} } } }
      }`,
      { filter },
    );
    return exchangePrints.edges.map(({ node }) => node);
  };
  const idsOf = async (filter: object = {}): Promise<string[]> =>
    (await prints(filter)).map(({ id }) => id);

  it('are the sums of what one order took from several prices, and block trades; never small ones', async () => {
    await feed();
    await until(async () => binance.open() === 1);
    expect(binance.asked).toEqual([
      ['btcusdt@aggTrade', 'btcusdt@blockTrade', 'ethusdt@aggTrade', 'ethusdt@blockTrade'],
    ]);
    const time = Date.now();
    binance.tell('btcusdt@aggTrade', trade(1, '60000', '4', time));
    binance.tell('btcusdt@aggTrade', trade(2, '60001', '3', time + 20));
    // Of another symbol, in the middle of it.
    binance.tell('ethusdt@aggTrade', trade(7, '2500', '100', time + 21, false, 'ETHUSDT'));
    binance.tell('btcusdt@aggTrade', trade(3, '60010.5', '2', time + 50));
    // Somebody who sells, and somebody who comes later.
    binance.tell('btcusdt@aggTrade', trade(4, '60000', '8.3', time + 61, true));
    binance.tell('btcusdt@aggTrade', trade(5, '60000', '8.4', time + 112, true));
    binance.tell('ethusdt@blockTrade', block(582, '2500', '400', time + 113));
    binance.tell('btcusdt@aggTrade', { nonsense: true });
    await until(async () => (await prints()).length === 3);
    const base = { exchange: 'binance', isBlock: false };
    const sum = {
      ...{
        ...base,
        id: 'binance:BTC:trade:1',
        symbol: 'BTC',
        asset: { symbol: 'BTC' },
        side: 'BUY',
      },
      // 4 · 60,000 + 3 · 60,001 + 2 · 60,010.5, and that over 9.
      ...{ amount: '9', usd: '540024', price: '60002.66666667', trades: 9 },
      time: new Date(time).toISOString(),
    };
    expect(await prints()).toEqual([
      {
        ...{ ...base, id: 'binance:ETH:block:582', symbol: 'ETH', asset: { symbol: 'ETH' } },
        ...{ side: 'SELL', amount: '400', usd: '1000000', price: '2500', trades: 1 },
        ...{ time: new Date(time + 113).toISOString(), isBlock: true },
      },
      expect.objectContaining({ id: 'binance:BTC:trade:5', side: 'SELL', usd: '504000' }),
      sum,
    ]);
    expect(await idsOf({ symbols: ['btc'], minUsd: '504000.01' })).toEqual([sum.id]);
    expect(await whales.prisma.whaleTransaction.count()).toBe(0);
  });

  it('are told of as they are stored, to whom they match, and paged through behind a cursor', async () => {
    const print = (index: number, usd: string): ExchangePrint => ({
      ...{ id: `binance:BTC:trade:${index}`, symbol: 'BTC', exchange: 'binance', side: 'BUY' },
      ...{ price: '60000', amount: '10', usd, time: 1_000 * index, trades: 1, isBlock: false },
    });
    const tell = (each: ExchangePrint): Promise<void> =>
      whales.events.append(exchangePrintSeen, {
        ...each,
        dataset: { kind: 'LIVE', begun: 1 } as const,
      });
    const stream = whales.graph.subscribe<{ exchangePrinted: { id: string } }>(
      'subscription { exchangePrinted(filter: { minUsd: "700000" }) { id } }',
    );
    const first = stream.next();
    // Told again and again until the subscription is in place.
    let number = 0;
    let heard = '';
    void first.then(({ exchangePrinted }) => (heard = exchangePrinted.id));
    await until(async () => {
      number += 1;
      await tell(print(2 * number - 1, '600000'));
      await tell(print(2 * number, '700000'));
      return heard !== '';
    });
    expect(Number(heard.split(':')[3]) % 2).toBe(0);
    await stream.end();
    await until(async () => (await whales.prisma.whaleExchangePrint.count()) === 2 * number);
    const ids: string[] = [];
    for (let after: string | null = null; ;) {
      const data: Listed = await whales.graph.data<Listed>(
        `query ($after: String) { exchangePrints(first: 7, after: $after) {
          edges { node { id } } pageInfo { hasNextPage endCursor }
        } }`,
        { after },
      );
      const page = data.exchangePrints;
      ids.push(...page.edges.map(({ node }) => node.id));
      if (!page.pageInfo.hasNextPage) break;
      after = page.pageInfo.endCursor;
    }
    expect(ids).toEqual(
      Array.from({ length: 2 * number }, (_, index) => `binance:BTC:trade:${2 * number - index}`),
    );
  });

  it('are simulated where the exchange is out of reach, and say so, until it has told of a real one', async () => {
    const minute = 60_000;
    const newest = Math.floor(Date.now() / minute) * minute - minute;
    await whales.events.append(candlesClosed, {
      ...{ symbol: 'BTC', interval: '1m' as const, dataset: 1 },
      candles: [{ openTime: newest, close: '50000' }],
    });
    await feed({ WHALE_SOURCE: 'auto', EXCHANGE_PRINT_SYMBOLS: 'BTC' });
    await until(async () => (await prints()).length > 0);
    for (const { exchange, id, price, amount, usd } of await prints()) {
      expect([exchange, id.split(':')[0], price]).toEqual(['simulated', 'simulated', '50000']);
      expect(Number(usd)).toBeGreaterThanOrEqual(500_000);
      expect(Number(usd)).toBeCloseTo(50_000 * Number(amount), 2);
    }
    await until(async () => binance.open() === 1);
    binance.tell('btcusdt@aggTrade', trade(1, '60000', '10', Date.now()));
    await until(async () => (await idsOf()).join() === 'binance:BTC:trade:1');
    interface Status {
      whaleFeedStatus: { sources: { name: string; isConnected: boolean }[] } | null;
    }
    const sources = async (): Promise<string[]> => {
      const { whaleFeedStatus } = await whales.graph.data<Status>(
        '{ whaleFeedStatus { sources { name isConnected } } }',
      );
      const connected = whaleFeedStatus?.sources.filter(({ isConnected }) => isConnected) ?? [];
      return connected.map(({ name }) => name);
    };
    await until(async () => (await sources()).includes('binance-prints'));
  });

  it.each([
    [{ first: 0 }, /first/],
    [{ filter: { minUsd: '-1' } }, /minUsd/],
    [{ after: 'bitcoin' }, /cursor/],
  ])('are not listed for %j', async (variables, message) => {
    const { errors } = await whales.graph.ask(
      `query ($filter: ExchangePrintFilter, $first: Int! = 50, $after: String) {
        exchangePrints(filter: $filter, first: $first, after: $after) { edges { cursor } }
      }`,
      variables,
    );
    expect(errors?.[0]?.message).toMatch(message);
    expect(errors?.[0]?.extensions?.['code']).toBe('INVALID_INPUT');
  });
});
