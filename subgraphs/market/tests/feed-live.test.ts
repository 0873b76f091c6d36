import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { freePort } from '@spyhop/platform/testkit/ports';
import { BinanceExchange } from './binance-exchange';
import { FeedRig } from './feed-rig';

const MINUTE_MS = 60_000;
const SAMPLES = join(__dirname, '../feeds/coingecko/samples');
const ANSWERS: Readonly<Record<string, string>> = {
  '/coins/markets': 'markets.json',
  '/global': 'global.json',
  '/search/trending': 'trending.json',
  '/coins/list': 'list.json',
};

/** CoinGecko as its documentation shows it. */
async function serveSamples(): Promise<{ url: string; close: () => Promise<void> }> {
  const server = createServer((request, response) => {
    const name = ANSWERS[(request.url ?? '').split('?', 1)[0] ?? ''];
    response.statusCode = name === undefined ? 404 : 200;
    response.setHeader('content-type', 'application/json');
    response.end(name === undefined ? '{}' : readFileSync(join(SAMPLES, name)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

describe('the market feed on an exchange', () => {
  let rig: FeedRig;
  let port: number;
  let exchange: BinanceExchange | null;

  beforeEach(async () => {
    rig = await FeedRig.open();
    port = await freePort();
    exchange = null;
  });
  afterEach(async () => {
    await rig.close();
    await exchange?.close();
  });

  const openExchange = async (): Promise<BinanceExchange> => {
    exchange = await BinanceExchange.open({ port });
    for (const pair of ['BTCUSDT', 'ETHUSDT']) exchange.list(pair, '100');
    return exchange;
  };
  const feed = (source: 'live' | 'auto', env: Record<string, string> = {}) =>
    rig.feed({
      MARKET_SOURCE: source,
      MARKET_SYMBOLS: 'BTC,ETH',
      LIVE_PATIENCE_MS: '300',
      BINANCE_STREAM_HOSTS: `ws://127.0.0.1:${port}`,
      BINANCE_REST_HOSTS: `http://127.0.0.1:${port}`,
      ...env,
    });
  const subscribed = (on: BinanceExchange) =>
    rig.until('the streams are subscribed', async () => on.openConnections[0]?.streams.size);
  const sourceShown = async (): Promise<string | undefined> =>
    (await rig.market.readFeedStatus())?.source;

  it('shows its prices, figures and minutes, and stores the minutes it calls final', async () => {
    const binance = await openExchange();
    await feed('live');
    await subscribed(binance);
    binance.trade('BTCUSDT', '61837.64', { quantity: '0.02' });
    binance.sendTickers();
    binance.sendMinute('BTCUSDT', true);
    const openTime = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS;
    const [quote] = await rig.until('the trade is shown', async () => {
      const quotes = await rig.market.readQuotes(['BTC']);
      return quotes[0]?.last?.price === '61837.64000000' && quotes[0].last.dayStats && quotes;
    });
    expect(quote?.last?.dayStats).toMatchObject({ high: '61837.64000000' });
    await rig.until('the minute is stored', async () =>
      (await rig.storedMinutes()).some(
        (minute) => minute.openTime >= openTime - MINUTE_MS && minute.close === '61837.64',
      ),
    );
    expect(await sourceShown()).toBe('LIVE');
  });

  it('learns from it with how many digits prices are quoted', async () => {
    const binance = await openExchange();
    const market = binance.markets.get('BTCUSDT');
    if (market !== undefined) market.tickSize = '0.00010000';
    await feed('live');
    await rig.until('the digits are known', async () => {
      const { rows } = await rig.pool.query<{ price_decimals: number }>(
        `SELECT price_decimals FROM market.asset WHERE symbol = 'BTC'`,
      );
      return rows[0]?.price_decimals === 4;
    });
  });

  it('shows beside it what CoinGecko knows of the whole market', async () => {
    const coinGecko = await serveSamples();
    try {
      await openExchange();
      await feed('live', { COINGECKO: 'on', COINGECKO_URL: coinGecko.url });
      const global = await rig.until('the figures come', async () => {
        const figures = await rig.market.readGlobal();
        // From samples/global.json.
        return figures?.assets === 17_397 && figures;
      });
      expect(global.btcDominance).toBeCloseTo(57.95, 1);
      await rig.until('the supply is known', async () => {
        const { rows } = await rig.pool.query<{ circulating_supply: string }>(
          `SELECT circulating_supply::text FROM market.asset WHERE symbol = 'BTC'`,
        );
        return Number(rows[0]?.circulating_supply) !== 19_970_000 && rows;
      });
    } finally {
      await coinGecko.close();
    }
  });

  it('says that it is out of reach, and why, when it goes away', async () => {
    const binance = await openExchange();
    await feed('live');
    await subscribed(binance);
    binance.trade('BTCUSDT', '61837.64');
    await rig.until(
      'it runs',
      async () => (await rig.market.readFeedStatus())?.state === 'RUNNING',
    );
    await binance.close();
    exchange = null;
    const status = await rig.until('it is told', async () => {
      const told = await rig.market.readFeedStatus();
      return told?.state === 'RECONNECTING' && told;
    });
    expect(status).toMatchObject({ source: 'LIVE' });
    await openExchange();
    await rig.until(
      'it is back',
      async () => (await rig.market.readFeedStatus())?.state === 'RUNNING',
    );
  });

  it('is not replaced by a simulation once it has been shown: what it said stays, with its age', async () => {
    const binance = await openExchange();
    const stop = await feed('auto', { LIVE_PATIENCE_MS: '10000' });
    await subscribed(binance);
    await rig.until('it is shown', async () => (await sourceShown()) === 'LIVE');
    binance.trade('BTCUSDT', '61837.64');
    await rig.untilPriced(({ price }) => Number(price) === 61_837.64);
    await rig.until('history is stored', async () => (await rig.storedMinutes()).length > 100);
    await stop();
    await binance.close();
    exchange = null;
    const left = await rig.storedMinutes();
    await feed('auto', { FEED_STALE_MS: '1000' });
    const status = await rig.until('it is told', async () => {
      const told = await rig.market.readFeedStatus();
      return told?.state === 'RECONNECTING' && told;
    });
    expect(status).toMatchObject({ source: 'LIVE', newestTickAt: expect.any(Number), symbols: 2 });
    expect(status.message).toMatch(/out of reach .* the newest price is \d+ s old/);
    const [quote] = await rig.market.readQuotes(['BTC']);
    expect(Number(quote?.last?.price)).toBe(61_837.64);
    expect(await rig.storedMinutes()).toEqual(left);
    const back = await openExchange();
    await subscribed(back);
    back.trade('BTCUSDT', '61900');
    await rig.untilPriced(({ price }) => Number(price) === 61_900);
  });

  it('keeps its candles also where Redis has forgotten it', async () => {
    await openExchange();
    const stop = await feed('auto', { LIVE_PATIENCE_MS: '10000' });
    await rig.until('history is stored', async () => (await rig.storedMinutes()).length > 100);
    await stop();
    await exchange?.close();
    exchange = null;
    await rig.redis.client.del('market:feed-reports', 'market:last');
    await feed('auto');
    await rig.until('it is told', async () => (await sourceShown()) === 'LIVE');
    expect((await rig.storedMinutes()).length).toBeGreaterThan(100);
  });

  it('is replaced by a simulation while it is out of reach, and takes over once it answers', async () => {
    await feed('auto');
    await rig.untilPriced(() => true);
    expect(await sourceShown()).toBe('SIMULATED');
    await rig.until('history is stored', async () => (await rig.storedMinutes()).length > 100);
    const binance = await openExchange();
    await rig.until('it is shown', async () => (await sourceShown()) === 'LIVE');
    await subscribed(binance);
    binance.trade('BTCUSDT', '100');
    await rig.untilPriced(({ price }) => Number(price) === 100);
    const minutes = await rig.until('its history is stored', async () => {
      const stored = await rig.storedMinutes();
      return stored.length > 100 && stored;
    });
    expect(new Set(minutes.map(({ close }) => close))).toEqual(new Set(['100']));
  });
});
