import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { EmbeddedServer } from '@spyhop/platform/embedded/guarded';
import { findRedisProgram, startRedis } from '@spyhop/platform/embedded/redis';
import { createLog } from '@spyhop/platform/log';
import { connectRedis } from '@spyhop/platform/redis';
import { freePort } from '@spyhop/platform/testkit/ports';
import { type TestRedis, requiredUrl } from '@spyhop/platform/testkit/redis';
import {
  type CandleEvent,
  type TradeEvent,
  candleUpdated,
  tradePrinted,
} from '@spyhop/platform/topics';
import { Client } from 'pg';
import type { AssetInfo } from '../../rules/asset';
import { AssetDirectory } from '../../store/asset-directory';
import { type MarketRig, NOON, NOTHING, asset, price, publishUntilHeard, startMarket } from './rig';

const silent = createLog({ name: 'test', level: 'silent' });
const MINUTE = 60_000;

/** A Redis of its own that can be stopped and started without harm to other tests. */
class OwnRedis {
  private server: EmbeddedServer | null = null;

  private constructor(
    private readonly dataDir: string,
    private readonly port: number,
  ) {}

  static async start(): Promise<OwnRedis> {
    const folder = await mkdtemp(join(tmpdir(), 'spyhop-redis-'));
    const redis = new OwnRedis(folder, await freePort());
    await redis.up();
    return redis;
  }

  async up(): Promise<void> {
    const { dataDir, port } = this;
    const program = findRedisProgram(process.env['PATH']) ?? '';
    this.server = await startRedis({ program, dataDir, port, password: 'secret', durable: true });
  }

  async down(): Promise<void> {
    await this.server?.stop();
    this.server = null;
  }

  space(): TestRedis {
    const url = `redis://:secret@127.0.0.1:${this.port}`;
    const space = connectRedis({ url, prefix: 'own:', log: silent });
    return { url, prefix: 'own:', space, close: () => space.close() };
  }

  async remove(): Promise<void> {
    await this.down();
    await rm(this.dataDir, { recursive: true, force: true });
  }
}

const candle = (at: number, closed: boolean): CandleEvent => ({
  symbol: 'BTC',
  interval: '1m',
  openTime: NOON + at * MINUTE,
  open: '1',
  high: '1',
  low: '1',
  close: '1',
  volume: '1',
  quoteVolume: null,
  trades: null,
  closed,
});

const trade = (id: number): TradeEvent => ({
  symbol: 'BTC',
  id: String(id),
  price: '1',
  quantity: '1',
  time: NOON + id,
  aggressor: 'SELL',
});

describe('when Redis was away', () => {
  let redis: OwnRedis;
  let rig: MarketRig;

  beforeAll(async () => {
    redis = await OwnRedis.start();
    rig = await startMarket([asset('BTC'), asset('ETH')], {}, redis.space());
  });
  afterAll(async () => {
    await rig.stop();
    await redis.remove();
  });

  it('subscriptions first show what they missed and then what is new', async () => {
    await rig.tick(price('BTC', '100'));
    await rig.writer.writeChanges({ ...NOTHING, candles: [candle(0, false)] });
    const ticks = rig.graph.subscribe<{ priceTicked: { price: string } }>(
      'subscription { priceTicked(symbols: ["BTC"]) { price } }',
    );
    const batches = rig.graph.subscribe<{ pricesTicked: { symbol: string; price: string }[] }>(
      'subscription { pricesTicked(symbols: ["BTC", "ETH"]) { symbol price } }',
    );
    const candles = rig.graph.subscribe<{
      candleUpdated: { openTime: string; closed: boolean };
    }>('subscription { candleUpdated(symbol: "BTC", interval: M1) { openTime closed } }');
    const trades = rig.graph.subscribe<{ tradePrinted: { id: string } }>(
      'subscription { tradePrinted(symbol: "BTC") { id } }',
    );
    expect((await ticks.next()).priceTicked.price).toBe('100');
    expect((await batches.next()).pricesTicked).toHaveLength(2);
    expect((await candles.next()).candleUpdated.closed).toBe(false);
    await publishUntilHeard(() => rig.events.publish(tradePrinted, trade(0)), trades.next());
    await rig.writer.writeChanges({ ...NOTHING, trades: new Map([['BTC', [trade(1)]]]) });
    await rig.events.publish(tradePrinted, trade(1));
    const next = await trades.until((print) => print.tradePrinted.id !== '0');
    expect(next.tradePrinted.id).toBe('1');

    await rig.candles.write([candle(0, true), candle(1, true)]);
    await rig.space.client.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
    // Nobody listens now: this is only to be found by looking.
    await rig.writer.writeChanges({
      prices: [price('BTC', '200', { receivedAt: NOON + 5 })],
      trades: new Map([['BTC', [trade(2), trade(3)]]]),
      candles: [candle(2, false)],
    });

    expect((await ticks.next()).priceTicked.price).toBe('200');
    const batch = await batches.until(({ pricesTicked }) => pricesTicked[0]?.price === '200');
    expect(batch.pricesTicked.map(({ symbol }) => symbol)).toEqual(['BTC', 'ETH']);
    const updates = [await candles.next(), await candles.next(), await candles.next()];
    expect(
      updates.map(({ candleUpdated: { openTime, closed } }) => [
        (Date.parse(openTime) - NOON) / MINUTE,
        closed,
      ]),
    ).toEqual([
      [0, true],
      [1, true],
      [2, false],
    ]);
    expect((await trades.next()).tradePrinted.id).toBe('2');
    expect((await trades.next()).tradePrinted.id).toBe('3');

    await rig.tick(price('BTC', '300', { receivedAt: NOON + 9 }));
    await rig.events.publish(tradePrinted, trade(4));
    await rig.events.publish(candleUpdated, candle(2, true));
    expect((await ticks.next()).priceTicked.price).toBe('300');
    expect((await trades.next()).tradePrinted.id).toBe('4');
    expect((await candles.next()).candleUpdated.closed).toBe(true);
    for (const stream of [ticks, batches, candles, trades]) await stream.end();
  });

  it('for as long as a restart takes, subscriptions stay and go on by themselves', async () => {
    const ticks = rig.graph.subscribe<{ priceTicked: { price: string } }>(
      'subscription { priceTicked(symbols: ["BTC"]) { price } }',
    );
    await rig.tick(price('BTC', '350', { receivedAt: NOON + 15 }));
    await ticks.next();
    await redis.down();
    await redis.up();
    await rig.tick(price('BTC', '400', { receivedAt: NOON + 20 }));
    await ticks.until(({ priceTicked }) => priceTicked.price === '400');
    await rig.tick(price('BTC', '500', { receivedAt: NOON + 21 }));
    await ticks.until(({ priceTicked }) => priceTicked.price === '500');
    await ticks.end();
  });

  it('the feed status goes on coming, older until it is stale, and recovers', async () => {
    const report = (newestTickAt: number): Promise<void> =>
      rig.writer.writeStatus({
        source: 'LIVE',
        state: 'RUNNING',
        newestTickAt,
        marketTime: newestTickAt,
        symbols: 2,
        message: 'Live prices.',
      });
    await report(Date.now() - 9_000);
    const statuses = rig.graph.subscribe<{
      feedStatusChanged: { state: string; ageMs: number };
    }>('subscription { feedStatusChanged { state ageMs } }');
    expect((await statuses.next()).feedStatusChanged.state).toBe('RUNNING');
    await redis.down();
    const stale = await statuses.until(
      ({ feedStatusChanged }) => feedStatusChanged.state === 'STALE',
    );
    expect(stale.feedStatusChanged.ageMs).toBeGreaterThan(15_000);
    await redis.up();
    await report(Date.now());
    await statuses.until(({ feedStatusChanged }) => feedStatusChanged.state === 'RUNNING');
    await statuses.end();
  });
});

describe('while PostgreSQL is away', () => {
  let rig: MarketRig;
  let admin: Client;
  let database: string;

  beforeAll(async () => {
    rig = await startMarket([asset('BTC')]);
    database = rig.pool.options.connectionString?.split('/').at(-1) ?? '';
    admin = new Client({ connectionString: requiredUrl('TEST_DATABASE_URL') });
    await admin.connect();
  });
  afterAll(async () => {
    await admin.end();
    await rig.stop();
  });

  const takeAway = async (): Promise<void> => {
    await admin.query(`ALTER DATABASE ${database} WITH ALLOW_CONNECTIONS false`);
    // It only asks them to go: until they have, they would answer.
    await admin.query(
      'SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity WHERE datname = $1',
      [database],
    );
  };
  const giveBack = (): Promise<unknown> =>
    admin.query(`ALTER DATABASE ${database} WITH ALLOW_CONNECTIONS true`);

  it('prices go on, stored candles are an error that says so, and all is well afterwards', async () => {
    const candles = '{ candles(symbol: "BTC", interval: M1) { edges { node { close } } } }';
    await rig.tick(price('BTC', '1'));
    await rig.candles.write([{ ...candle(0, true), interval: '1m' }]);
    const ticks = rig.graph.subscribe<{ priceTicked: { price: string } }>(
      'subscription { priceTicked(symbols: ["BTC"]) { price name } }',
    );
    await ticks.next();
    await takeAway();
    await rig.tick(price('BTC', '2'));
    expect((await ticks.next()).priceTicked.price).toBe('2');
    expect(await rig.graph.data('{ asset(symbol: "BTC") { price } }')).toEqual({
      asset: { price: '2' },
    });
    const { errors } = await rig.graph.ask(candles);
    expect(errors?.[0]).toMatchObject({
      message: 'Stored candles cannot be read now; retry in a while.',
      extensions: { code: 'UPSTREAM_UNAVAILABLE' },
    });
    await giveBack();
    expect(await rig.graph.data(candles)).toEqual({
      candles: { edges: [{ node: { close: '1' } }] },
    });
    await ticks.end();
  });
});

describe('the asset directory', () => {
  let now = 0;
  let stored: AssetInfo[] | null = [asset('BTC')];
  let reads = 0;
  const directory = new AssetDirectory({
    list: async () => {
      reads += 1;
      if (stored === null) throw new Error('no connection');
      return stored;
    },
    clock: () => now,
    log: silent,
  });
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  it('reads once for many that ask, and not again for a minute', async () => {
    await Promise.all([directory.all(), directory.get('BTC'), directory.find('BTC')]);
    now += 59_000;
    await directory.get('BTC');
    expect(reads).toBe(1);
  });

  it('looks again for a symbol it does not know, at most every 2 seconds', async () => {
    stored = [asset('BTC'), asset('NEW')];
    expect(await directory.find('NEW')).toMatchObject({ symbol: 'NEW' });
    expect(await directory.find('XYZ')).toBeNull();
    expect(await directory.find('XYZ')).toBeNull();
    expect(reads).toBe(2);
  });

  it('serves what it knows, at once, while PostgreSQL does not answer', async () => {
    stored = null;
    now += 61_000;
    expect(await directory.get('BTC')).toMatchObject({ symbol: 'BTC' });
    await settle();
    expect(await directory.all()).toHaveLength(2);
    expect(reads).toBe(3);
  });

  it('that never could read says that it is unavailable', async () => {
    const empty = new AssetDirectory({
      list: () => Promise.reject(new Error('no connection')),
      clock: () => now,
      log: silent,
    });
    await expect(empty.all()).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    await expect(empty.get('BTC')).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
  });
});
