import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { freePort } from '@spyhop/platform/testkit/ports';
import { BinanceExchange } from './binance-exchange';
import { FeedRig } from './feed-rig';

const MINUTE_MS = 60_000;

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
  const feed = (source: 'live' | 'auto') =>
    rig.feed({
      MARKET_SOURCE: source,
      MARKET_SYMBOLS: 'BTC,ETH',
      LIVE_PATIENCE_MS: '300',
      BINANCE_STREAM_HOSTS: `ws://127.0.0.1:${port}`,
      BINANCE_REST_HOSTS: `http://127.0.0.1:${port}`,
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
