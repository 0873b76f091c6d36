import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { GraphClient } from '@spyhop/platform/testkit/graph-client';
import { freePort } from '@spyhop/platform/testkit/ports';
import { requiredUrl } from '@spyhop/platform/testkit/redis';
import type { Stop } from '@spyhop/platform/shutdown';
import { start } from '../main';
import { BinanceExchange } from './binance-exchange';
import { CoinGeckoServer } from './coingecko-server';
import { FeedRig } from './feed-rig';

interface Rates {
  base: string;
  at: string;
  source: 'LIVE' | 'SIMULATED';
  rates: { currency: string; perDollar: string }[];
}

const QUERY = '{ exchangeRates { base at source rates { currency perDollar } } }';
const SYMBOLS = { MARKET_SYMBOLS: 'BTC' };

/** As the market subgraph tells them, of what a feed has written; in the order of a day: one story. */
describe('exchange rates', () => {
  let rig: FeedRig;
  let graph: GraphClient;
  let exchange: BinanceExchange;
  let coinGecko: CoinGeckoServer;
  let stopMarket: Stop;
  let stopFeed: Stop;

  const read = async (): Promise<Rates> =>
    (await graph.data<{ exchangeRates: Rates }>(QUERY)).exchangeRates;
  const untilFrom = (source: Rates['source']): Promise<Rates> =>
    rig.until(`rates are ${source}`, async () => {
      const rates = await read();
      return rates.source === source && rates;
    });

  beforeAll(async () => {
    rig = await FeedRig.open();
    coinGecko = await CoinGeckoServer.open();
    const port = await freePort();
    exchange = await BinanceExchange.open({ port: await freePort() });
    exchange.list('BTCUSDT', '100');
    stopMarket = await start({
      MARKET_PORT: String(port),
      MARKET_ADMIN_PORT: String(await freePort()),
      DATABASE_URL: rig.database.url,
      REDIS_URL: requiredUrl('TEST_REDIS_URL'),
      REDIS_PREFIX: rig.redis.prefix,
      LOG_LEVEL: 'silent',
    });
    graph = new GraphClient(port);
  });
  afterAll(async () => {
    await graph.close();
    await stopMarket();
    await rig.close();
    await exchange.close();
    await coinGecko.close();
  });

  it('are about what they were on one day, and say so, where nobody is asked', async () => {
    const { rates, ...about } = await read();
    expect(about).toEqual({ base: 'USD', at: '2025-11-21T12:00:00.000Z', source: 'SIMULATED' });
    expect(rates).toContainEqual({ currency: 'USD', perDollar: '1' });
    expect(Number(rates.find(({ currency }) => currency === 'EUR')?.perDollar)).toBeCloseTo(
      0.87,
      1,
    );
    expect(Number(rates.find(({ currency }) => currency === 'JPY')?.perDollar)).toBeCloseTo(
      156,
      -1,
    );
    const codes = rates.map(({ currency }) => currency);
    expect(codes).toEqual([...new Set(codes)].sort());
    for (const code of codes) expect(Intl.supportedValuesOf('currency')).toContain(code);
  });

  it('are those of CoinGecko beside a live market, of states’ currencies that there still are', async () => {
    const since = Date.now();
    const { port } = exchange;
    stopFeed = await rig.feed({
      ...SYMBOLS,
      MARKET_SOURCE: 'live',
      BINANCE_STREAM_HOSTS: `ws://127.0.0.1:${port}`,
      BINANCE_REST_HOSTS: `http://127.0.0.1:${port}`,
      COINGECKO: 'on',
      COINGECKO_URL: coinGecko.url,
    });
    const { at, base, rates } = await untilFrom('LIVE');
    expect(base).toBe('USD');
    // 65223.37 / 75817.765 and so on, by another program, to 12 digits.
    expect(rates).toEqual([
      { currency: 'EUR', perDollar: '0.860265005174' },
      { currency: 'JPY', perDollar: '155.94573012' },
      { currency: 'KWD', perDollar: '0.306981800374' },
      { currency: 'USD', perDollar: '1' },
    ]);
    expect(Date.parse(at)).toBeGreaterThanOrEqual(since);
    expect(Date.parse(at)).toBeLessThanOrEqual(Date.now());
  });

  it('stay as they are, with their time, while nobody asks for new ones', async () => {
    const before = await read();
    await stopFeed();
    expect(await read()).toEqual(before);
  });

  it('are a table’s again once a simulation is shown', async () => {
    await rig.feed({ ...SYMBOLS, MARKET_SOURCE: 'simulated' });
    expect(await untilFrom('SIMULATED')).toMatchObject({ at: '2025-11-21T12:00:00.000Z' });
  });
});
