import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DurableEvents } from '@spyhop/platform/durable-events';
import { fenceKeyOf } from '@spyhop/platform/lease';
import { LiveEvents } from '@spyhop/platform/live-events';
import { createLog } from '@spyhop/platform/log';
import { describeRecorded } from '@spyhop/platform/testkit/recorded-data';
import {
  candleUpdated,
  candlesClosed,
  datasetReplaced,
  feedStatusChanged,
  priceTicked,
  tradePrinted,
} from '@spyhop/platform/topics';
import { LiveMarketWriter } from '../store/live-market-writer';
import { FeedRig, ForgetfulRedis, madeUpFrames } from './feed-rig';
import { naiveMinutes } from './naive-minutes';

const SIMULATED = { MARKET_SOURCE: 'simulated', MARKET_SYMBOLS: 'BTC,ETH' };
const replayOf = (path: string, speed: number): Record<string, string> => ({
  MARKET_SOURCE: 'replay',
  REPLAY_PATH: path,
  REPLAY_SPEED: String(speed),
  MARKET_SYMBOLS: 'BTC,ETH',
});

describe('the market feed', () => {
  let rig: FeedRig;

  beforeEach(async () => {
    rig = await FeedRig.open();
  });
  afterEach(() => rig.close());

  it('shows simulated prices with their past, candles and trades', async () => {
    await rig.feed(SIMULATED);
    await rig.untilPriced(() => true);
    await rig.until('history is compared with', async () => {
      const [quote] = await rig.market.readQuotes(['BTC']);
      const { baseline, last } = quote ?? {};
      return baseline?.price7d && baseline.sparkline.length === 168 && last?.dayStats;
    });
    await rig.until(
      'trades have printed',
      async () => (await rig.market.readTrades('BTC')).length > 2,
    );
    await rig.until('the forming day holds its past', async () => {
      const [[day], [minute]] = await Promise.all([
        rig.market.readRecent('BTC', '1d'),
        rig.market.readRecent('BTC', '1m'),
      ]);
      return day && minute && Number(day.volume) > Number(minute.volume);
    });
    const global = await rig.until('the whole market is summed up', () => rig.market.readGlobal());
    expect(global.assets).toBe(2);
    expect(await rig.market.readFeedStatus()).toMatchObject({
      source: 'SIMULATED',
      state: 'RUNNING',
    });
  });

  it('announces prices, trades, candles and its own state as they change', async () => {
    const events = new LiveEvents(rig.redis, createLog({ name: 'test', level: 'silent' }));
    const streams = await Promise.all([
      events.subscribe(priceTicked, ['BTC'], 'newest-per-key'),
      events.subscribe(tradePrinted, ['BTC'], { ring: 10 }),
      events.subscribe(candleUpdated, ['BTC:5m'], 'newest-per-key'),
      events.subscribe(feedStatusChanged, ['market'], 'newest-per-key'),
    ]);
    await rig.feed(SIMULATED);
    const [price, trade, candle, status] = await Promise.all(streams.map((each) => each.next()));
    expect(price?.value).toMatchObject({ symbol: 'BTC' });
    expect(trade?.value).toMatchObject({ symbol: 'BTC' });
    expect(candle?.value).toMatchObject({ symbol: 'BTC', interval: '5m', closed: false });
    expect(status?.value).toMatchObject({ source: 'SIMULATED' });
    await events.close();
  });

  it('tells other domains which candles are final, coarser ones too', async () => {
    const durable = new DurableEvents(rig.redis, createLog({ name: 'test', level: 'silent' }));
    const told = new Map<string, number>();
    const stop = await durable.follow(candlesClosed, ({ symbol, interval, candles }) => {
      if (symbol === 'BTC') told.set(interval, (told.get(interval) ?? 0) + candles.length);
    });
    const file = await rig.recording(madeUpFrames(10, 10));
    await rig.feed(replayOf(file, 0));
    await rig.until('all are told', async () => told.get('1m') === 10 && told.get('5m') === 2);
    await stop();
  });

  it('goes on from the price it was stopped at', async () => {
    const stop = await rig.feed(SIMULATED);
    await rig.until(
      'all history is stored',
      async () => (await rig.storedMinutes()).length > 2_800,
    );
    await stop();
    const [left] = await rig.market.readQuotes(['BTC']);
    const stoppedAt = Date.now();
    await rig.feed(SIMULATED);
    const next = await rig.untilPriced(({ receivedAt }) => receivedAt > stoppedAt);
    expect(Number(next.price) / Number(left?.last?.price)).toBeCloseTo(1, 2);
  });

  it('goes on with a past that it was stopped in the middle of', async () => {
    const symbols = ['BTC', 'ETH', 'SOL', 'XRP', 'ADA', 'DOGE'];
    const env = { MARKET_SOURCE: 'simulated', MARKET_SYMBOLS: symbols.join(',') };
    const postgres = await rig.severablePostgres();
    const stop = await rig.feed({ ...env, DATABASE_URL: postgres.url });
    await rig.until('history is stored', async () => (await rig.storedMinutes()).length > 0);
    await postgres.proxy.cut();
    await stop();
    const left = await rig.storedMinutes();
    expect((await rig.market.readPast()).size).toBeGreaterThan(0);
    await rig.feed(env);
    await rig.until('all is stored', async () => (await rig.market.readPast()).size === 0);
    const minutes = await rig.storedMinutes();
    for (const symbol of symbols) {
      const own = minutes.filter((each) => each.symbol === symbol);
      expect(own.length).toBeGreaterThan(1_430);
    }
    const known = new Map(minutes.map((each) => [`${each.symbol} ${each.openTime}`, each]));
    for (const each of left) expect(known.get(`${each.symbol} ${each.openTime}`)).toEqual(each);
  });

  it('makes up a past for a symbol that is new, and leaves the others alone', async () => {
    const stop = await rig.feed({ ...SIMULATED, MARKET_SYMBOLS: 'BTC' });
    await rig.until('history is stored', async () => (await rig.storedMinutes()).length > 1_400);
    await rig.until('that is noted', async () => (await rig.market.readPast()).size === 0);
    await stop();
    const left = await rig.storedMinutes();
    await rig.feed(SIMULATED);
    await rig.until('ETH has its past', async () =>
      (await rig.storedMinutes()).some(({ symbol }) => symbol === 'ETH'),
    );
    expect((await rig.storedMinutes()).slice(0, left.length)).toEqual(left);
  });

  it('stores what had closed when it was killed, although only Redis knew of it', async () => {
    const stop = await rig.feed(SIMULATED);
    await rig.until(
      'all history is stored',
      async () => (await rig.storedMinutes()).length > 2_800,
    );
    await stop();
    const token = Number(await rig.redis.client.get(fenceKeyOf('market-feed:0')));
    const leader = new LiveMarketWriter(rig.redis, { key: fenceKeyOf('market-feed:0'), token }, 0);
    const [known] = await rig.market.readRecent('BTC', '1m');
    if (known === undefined) throw new Error('no minute has formed');
    const left = { ...known, openTime: known.openTime - 3 * 60_000, close: '4242', closed: true };
    await leader.writeChanges({ prices: [], trades: new Map(), candles: [left] });
    await rig.feed(SIMULATED);
    await rig.until('it is stored', async () =>
      (await rig.storedMinutes()).some(({ close }) => close === '4242'),
    );
  });

  it('does not let candles of two sources stand side by side, nor prices', async () => {
    const stop = await rig.feed(SIMULATED);
    await rig.until('history is stored', async () => (await rig.storedMinutes()).length > 100);
    await stop();
    const durable = new DurableEvents(rig.redis, createLog({ name: 'test', level: 'silent' }));
    const begun = new Map<string, number>();
    const stopFollowing = await durable.follow(datasetReplaced, ({ symbol, dataset }) =>
      begun.set(symbol, dataset),
    );
    const simulatedSince = new Map(begun);
    const file = await rig.recording(madeUpFrames(3, 10));
    await rig.feed(replayOf(file, 0));
    await rig.untilEnded();
    await rig.until('the minutes are stored', async () => (await rig.storedMinutes()).length === 6);
    expect(await rig.storedMinutes()).toEqual(await naiveMinutes([file]));
    const [quote] = await rig.market.readQuotes(['BTC']);
    expect(quote?.last?.time).toBeLessThan(Date.UTC(2024, 7, 10));
    for (const symbol of ['BTC', 'ETH']) {
      await rig.until(
        'others are told',
        async () => begun.get(symbol) !== simulatedSince.get(symbol),
      );
      expect(begun.get(symbol)).toBeGreaterThan(simulatedSince.get(symbol) ?? Infinity);
    }
    await stopFollowing();
    const datasets = new Set<number>();
    const stopReading = await durable.follow(candlesClosed, ({ candles, dataset }) => {
      if (candles.some(({ openTime }) => openTime < Date.UTC(2024, 7, 10))) datasets.add(dataset);
    });
    await rig.until('closes are told', async () => datasets.size > 0);
    expect([...begun.values()]).toEqual(expect.arrayContaining([...datasets]));
    await stopReading();
  });

  it('plays on after lines that are no frames', async () => {
    const frames = madeUpFrames(2, 10);
    const broken = frames.toSpliced(
      5,
      0,
      '1723161600500000000 {"stream":"btcusdt@tr',
      'not a frame',
    );
    const file = await rig.recording(broken);
    await rig.feed(replayOf(file, 0));
    await rig.untilEnded();
    await rig.until('the minutes are stored', async () => (await rig.storedMinutes()).length === 4);
    expect(await rig.storedMinutes()).toEqual(await naiveMinutes([file]));
  });

  it('keeps prices going while PostgreSQL is away, and then stores every candle once', async () => {
    const postgres = await rig.severablePostgres();
    const file = await rig.recording(madeUpFrames(30, 20));
    await rig.feed({ ...replayOf(file, 100), DATABASE_URL: postgres.url });
    await rig.until('a minute is stored', async () => (await rig.storedMinutes()).length > 0);
    await postgres.proxy.cut();
    await rig.untilAlone();
    const stored = (await rig.storedMinutes()).length;
    const { time } = await rig.untilPriced(() => true);
    await rig.untilPriced((price) => price.time > time + 3 * 60_000);
    expect((await rig.storedMinutes()).length).toBe(stored);
    await postgres.proxy.open();
    await rig.untilEnded();
    await rig.until('all are stored', async () => (await rig.storedMinutes()).length === 60);
    expect(await rig.storedMinutes()).toEqual(await naiveMinutes([file]));
  });

  it('starts and shows prices although PostgreSQL does not answer', async () => {
    await rig.feed({ ...SIMULATED, DATABASE_URL: 'postgresql://nobody:x@127.0.0.1:9/none' });
    await rig.untilPriced(() => true);
  });
});

describe('leaders of the market feed', () => {
  let rig: FeedRig;

  beforeEach(async () => {
    rig = await FeedRig.open();
  });
  afterEach(() => rig.close());

  const fence = async (): Promise<string | null> =>
    rig.redis.client.get(fenceKeyOf('market-feed:0'));

  it('are one at a time, and another takes over when the first has gone', async () => {
    const stop = await rig.feed(SIMULATED);
    await rig.untilPriced(() => true);
    await rig.feed(SIMULATED);
    expect(await fence()).toBe('1');
    const stoppedAt = Date.now();
    await stop();
    await rig.untilPriced(({ receivedAt }) => receivedAt > stoppedAt + 500);
    expect(await fence()).toBe('2');
  });

  it('write nothing more once another has been elected, and then stand for election again', async () => {
    await rig.feed(SIMULATED);
    await rig.untilPriced(() => true);
    await rig.redis.client.set('lease:market-feed:0', 'somebody else', 'PX', 600_000);
    await rig.redis.client.incr(fenceKeyOf('market-feed:0'));
    const settled = await rig.market.readQuotes(['BTC', 'ETH']);
    await sleep(3_000);
    expect(await rig.market.readQuotes(['BTC', 'ETH'])).toEqual(settled);
    const leftAt = Date.now();
    await rig.redis.client.del('lease:market-feed:0');
    await rig.untilPriced(({ receivedAt }) => receivedAt > leftAt);
    expect(await fence()).toBe('3');
  });
});

describe('the market feed when Redis is restarted', () => {
  it('fills an empty Redis again and goes on', async () => {
    const redis = await ForgetfulRedis.start();
    const rig = await FeedRig.open(redis.url);
    try {
      const file = await rig.recording(madeUpFrames(10, 60));
      await rig.feed(replayOf(file, 60));
      const before = await rig.untilPriced(() => true);
      await redis.down();
      await redis.up();
      await rig.untilPriced(({ time }) => time > before.time);
      const [, ether] = await rig.market.readQuotes(['BTC', 'ETH']);
      expect(ether?.last).not.toBeNull();
      await rig.until(
        'baselines are back',
        async () => (await rig.market.readQuotes(['BTC']))[0]?.baseline,
      );
      await rig.untilEnded();
      await rig.until('all are stored', async () => (await rig.storedMinutes()).length === 20);
      expect(await rig.storedMinutes()).toEqual(await naiveMinutes([file]));
    } finally {
      await rig.close();
      await redis.remove();
    }
  });
});

describeRecorded(
  describe,
  'a replay of two recorded markets',
  'trades/binance-spot-ws-2024-08-09',
  (folder) => {
    it('gives the minutes that an independent computation gives, to the last decimal', async () => {
      const rig = await FeedRig.open();
      try {
        await rig.feed(replayOf(folder, 0));
        await rig.untilEnded();
        const expected = await naiveMinutes(
          readdirSync(folder)
            .map((file) => join(folder, file))
            .sort(),
        );
        expect(expected).toHaveLength(24);
        await rig.until('all are stored', async () => (await rig.storedMinutes()).length === 24);
        expect(await rig.storedMinutes()).toEqual(expected);
      } finally {
        await rig.close();
      }
    });
  },
);
