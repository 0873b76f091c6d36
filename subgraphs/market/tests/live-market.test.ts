import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { fenceKeyOf } from '@spyhop/platform/lease';
import { type TestRedis, testRedis } from '@spyhop/platform/testkit/redis';
import type { CandleEvent, TradeEvent } from '@spyhop/platform/topics';
import { FencedOff } from '../store/guarded-write';
import { KEPT_CLOSED, KEPT_TRADES, LiveMarket } from '../store/live-market';
import { LiveMarketWriter } from '../store/live-market-writer';

const KEY = fenceKeyOf('market-feed:0');
const NOTHING = { prices: [], trades: new Map(), candles: [] };

const price = (
  symbol: string,
  at: string,
): { symbol: string; price: string; time: number; receivedAt: number } => ({
  symbol,
  price: at,
  time: 1,
  receivedAt: 2,
});

const trade = (id: number): TradeEvent => ({
  symbol: 'BTC',
  id: String(id),
  price: '61837.63000000',
  quantity: '0.1',
  time: id,
  aggressor: 'SELL',
});

const candle: CandleEvent = {
  symbol: 'BTC',
  interval: '5m',
  openTime: 300_000,
  open: '1',
  high: '3',
  low: '0.5',
  close: '2',
  volume: '10',
  quoteVolume: null,
  trades: null,
  closed: false,
};

describe('the live market in Redis', () => {
  let redis: TestRedis;
  let market: LiveMarket;
  const writerOf = (token: number): LiveMarketWriter =>
    new LiveMarketWriter(redis.space, { key: KEY, token }, 0);

  beforeEach(() => {
    redis = testRedis();
    market = new LiveMarket(redis.space);
  });
  afterEach(() => redis.close());

  it('is empty before any feed has written', async () => {
    expect(await market.readQuotes(['BTC'])).toEqual([
      { symbol: 'BTC', last: null, baseline: null },
    ]);
    expect(await market.readTrades('BTC')).toEqual([]);
    expect(await market.readRecent('BTC', '1m')).toEqual([]);
    expect(await market.readFeedStatus()).toBeNull();
    expect(await market.readGlobal()).toBeNull();
    expect(await market.readTrending()).toEqual([]);
  });

  it('gives back what was written, quotes in the order asked for', async () => {
    const writer = writerOf(1);
    const dayStats = { open: '1', high: '2', low: '0.5', volume: '7', quoteVolume: '9' };
    const baseline = { price1h: '1', price24h: null, price7d: '2', sparkline: ['1', '2'], at: 5 };
    const btc = { ...price('BTC', '61837.63000000'), dayStats };
    await writer.writeChanges({
      ...NOTHING,
      prices: [btc, price('ETH', '2683.8')],
      candles: [candle],
    });
    await writer.writeBaselines(new Map([['ETH', baseline]]));
    await writer.writeTrending(['SOL', 'BTC']);
    expect(await market.readQuotes(['ETH', 'DOGE', 'BTC'])).toEqual([
      { symbol: 'ETH', last: price('ETH', '2683.8'), baseline },
      { symbol: 'DOGE', last: null, baseline: null },
      { symbol: 'BTC', last: btc, baseline: null },
    ]);
    expect(await market.readRecent('BTC', '5m')).toEqual([candle]);
    expect(await market.readRecent('BTC', '1m')).toEqual([]);
    expect(await market.readTrending()).toEqual(['SOL', 'BTC']);
  });

  it('keeps the newest trades, newest first', async () => {
    const writer = writerOf(1);
    const trades = Array.from({ length: KEPT_TRADES + 10 }, (_, at) => trade(at));
    await writer.writeChanges({ ...NOTHING, trades: new Map([['BTC', trades.slice(0, 20)]]) });
    await writer.writeChanges({ ...NOTHING, trades: new Map([['BTC', trades.slice(20)]]) });
    const kept = await market.readTrades('BTC');
    expect(kept).toHaveLength(KEPT_TRADES);
    expect(kept.map(({ id }) => id).slice(0, 2)).toEqual(['509', '508']);
    expect(await market.readTrades('BTC', 3)).toEqual(kept.slice(0, 3));
  });

  it('keeps the candles that closed last beside the one that forms, newest first', async () => {
    const writer = writerOf(1);
    for (let at = 0; at < KEPT_CLOSED + 3; at += 1) {
      const formed = { ...candle, openTime: candle.openTime + at * 300_000 };
      await writer.writeChanges({ ...NOTHING, candles: [formed] });
      await writer.writeChanges({ ...NOTHING, candles: [{ ...formed, closed: true }] });
    }
    const forming = { ...candle, openTime: candle.openTime + (KEPT_CLOSED + 3) * 300_000 };
    await writer.writeChanges({ ...NOTHING, candles: [forming] });
    const recent = await market.readRecent('BTC', '5m');
    expect(recent.map(({ openTime }) => (openTime - candle.openTime) / 300_000)).toEqual(
      Array.from({ length: KEPT_CLOSED + 1 }, (_, at) => KEPT_CLOSED + 3 - at),
    );
    expect(recent.map(({ closed }) => closed).indexOf(true)).toBe(1);
  });

  it('takes one round trip to Redis for the quotes of fifty symbols', async () => {
    const symbols = Array.from({ length: 50 }, (_, at) => `S${at}`);
    const writes = jest.spyOn(redis.space.client, 'pipeline');
    const single = jest.spyOn(redis.space.client, 'hmget');
    await market.readQuotes(symbols);
    expect(writes).toHaveBeenCalledTimes(1);
    expect(single).not.toHaveBeenCalled();
  });

  it('refuses a former leader, who then has written nothing', async () => {
    await redis.space.client.set(KEY, 2);
    await writerOf(2).writeChanges({ ...NOTHING, prices: [price('BTC', '2')] });
    const late = writerOf(1).writeChanges({
      prices: [price('BTC', '1'), price('ETH', '1')],
      trades: new Map([['BTC', [trade(1)]]]),
      candles: [candle],
    });
    await expect(late).rejects.toThrow(FencedOff);
    const [btc, eth] = await market.readQuotes(['BTC', 'ETH']);
    expect([btc?.last?.price, eth?.last]).toEqual(['2', null]);
    expect(await market.readTrades('BTC')).toEqual([]);
  });

  it('lets the leader go on when Redis has come back empty, and the next one take over from it', async () => {
    await writerOf(7).writeChanges({ ...NOTHING, prices: [price('BTC', '7')] });
    const next = await redis.space.client.incr(KEY);
    expect(next).toBe(8);
    await writerOf(next).writeChanges({ ...NOTHING, prices: [price('BTC', '8')] });
    await expect(writerOf(7).writeTrending([])).rejects.toThrow(FencedOff);
  });

  it('forgets one source before another writes', async () => {
    const writer = writerOf(1);
    await writer.writeChanges({
      prices: [price('BTC', '1')],
      trades: new Map([['BTC', [trade(1)]]]),
      candles: [{ ...candle, closed: true }, candle],
    });
    await writer.clear(['BTC']);
    expect((await market.readQuotes(['BTC']))[0]?.last).toBeNull();
    expect(await market.readTrades('BTC')).toEqual([]);
    expect(await market.readRecent('BTC', '5m')).toEqual([]);
  });
});
