import { setImmediate } from 'node:timers/promises';
import { LiveEvents } from '@spyhop/platform/live-events';
import { fenceKeyOf } from '@spyhop/platform/lease';
import { createLog } from '@spyhop/platform/log';
import { type RedisSpace } from '@spyhop/platform/redis';
import { type Stop, stopAll } from '@spyhop/platform/shutdown';
import { testDatabase } from '@spyhop/platform/testkit/database';
import { GraphClient } from '@spyhop/platform/testkit/graph-client';
import { freePort } from '@spyhop/platform/testkit/ports';
import { type TestRedis, testRedis } from '@spyhop/platform/testkit/redis';
import { priceTicked } from '@spyhop/platform/topics';
import { migrate } from '@spyhop/prisma/migrate';
import { Pool } from 'pg';
import { start } from '../../main';
import type { AssetInfo } from '../../rules/asset';
import { KEEP_EVERYTHING } from '../../rules/retention';
import { type CandleStore, createCandleStore } from '../../store/candles';
import type { Baseline, LastPrice } from '../../store/live-market';
import { LiveMarketWriter } from '../../store/live-market-writer';

/** A market of its own: a started subgraph, and what a feed would write with. */
export interface MarketRig {
  graph: GraphClient;
  port: number;
  writer: LiveMarketWriter;
  events: LiveEvents;
  candles: CandleStore;
  pool: Pool;
  space: RedisSpace;
  /** What a feed does with a new price: keep it, then say it. */
  tick(price: LastPrice): Promise<void>;
  stop: Stop;
}

export const NOTHING = { prices: [], trades: new Map(), candles: [] };

/** Starts the subgraph with the given assets on services of its own. */
export async function startMarket(
  assets: readonly AssetInfo[],
  env: Record<string, string> = {},
  redis: TestRedis = testRedis(),
): Promise<MarketRig> {
  const database = await testDatabase(migrate);
  const pool = new Pool({ connectionString: database.url });
  // Its last connections may still be closing when the database is dropped.
  pool.on('connect', (client) => client.on('error', () => undefined));
  // Dropping the database ends connections that are still saying goodbye.
  pool.on('error', () => undefined);
  await insertAssets(pool, assets);
  const port = await freePort();
  const stopMarket = await start({
    MARKET_PORT: String(port),
    MARKET_ADMIN_PORT: String(await freePort()),
    DATABASE_URL: database.url,
    REDIS_URL: redis.url,
    REDIS_PREFIX: redis.prefix,
    LOG_LEVEL: 'silent',
    ...env,
  });
  const writer = new LiveMarketWriter(
    redis.space,
    { key: fenceKeyOf('market-feed:0'), token: 1 },
    0,
  );
  const events = new LiveEvents(redis.space, createLog({ name: 'test', level: 'silent' }));
  const graph = new GraphClient(port);
  return {
    graph,
    port,
    writer,
    events,
    pool,
    candles: createCandleStore({ pool, retention: KEEP_EVERYTHING }),
    space: redis.space,
    tick: async (price) => {
      await writer.writeChanges({ ...NOTHING, prices: [price] });
      await events.publish(priceTicked, price);
    },
    stop: () =>
      stopAll([
        () => database.drop(),
        () => pool.end(),
        () => redis.close(),
        () => events.close(),
        stopMarket,
        () => graph.close(),
      ]),
  };
}

/**
 * Publishes again and again until a subscription hears it: Redis counts a listener
 * a moment before the listener itself can hear.
 */
export async function publishUntilHeard<Data>(
  publish: () => Promise<void>,
  heard: Promise<Data>,
): Promise<Data> {
  let isHeard = false;
  const settled = heard.finally(() => (isHeard = true));
  while (!isHeard) {
    await publish();
    await setImmediate();
  }
  return settled;
}

export async function insertAssets(pool: Pool, assets: readonly AssetInfo[]): Promise<void> {
  for (const asset of assets) {
    await pool.query(
      `INSERT INTO market.asset (symbol, name, pair, rank, price_decimals, circulating_supply,
         max_supply, market_cap, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, now())`,
      [
        asset.symbol,
        asset.name,
        asset.pair,
        asset.rank,
        asset.priceDecimals,
        asset.circulatingSupply,
        asset.maxSupply,
        asset.marketCap,
      ],
    );
  }
}

export const asset = (symbol: string, fields: Partial<AssetInfo> = {}): AssetInfo => ({
  symbol,
  name: symbol,
  pair: `${symbol}USDT`,
  rank: null,
  priceDecimals: 2,
  circulatingSupply: null,
  maxSupply: null,
  marketCap: null,
  ...fields,
});

/** 9 August 2024, 12:00 UTC. */
export const NOON = Date.UTC(2024, 7, 9, 12);

export const price = (
  symbol: string,
  text: string,
  fields: Partial<LastPrice> = {},
): LastPrice => ({ symbol, price: text, time: NOON, receivedAt: NOON + 1, ...fields });

export const dayStats = (
  open: string,
  quoteVolume: string,
): NonNullable<LastPrice['dayStats']> => ({
  open,
  high: open,
  low: open,
  volume: '1',
  quoteVolume,
});

export const baseline = (fields: Partial<Baseline>): Baseline => ({
  price1h: null,
  price24h: null,
  price7d: null,
  sparkline: [],
  at: NOON,
  ...fields,
});
