import { systemClock } from '@spyhop/platform/clock';
import { DurableEvents } from '@spyhop/platform/durable-events';
import { joinFairShare } from '@spyhop/platform/fair-share';
import { holdLease } from '@spyhop/platform/lease';
import { LiveEvents } from '@spyhop/platform/live-events';
import { type Log, createLog } from '@spyhop/platform/log';
import { createMetrics, startAdmin } from '@spyhop/platform/metrics';
import { connectRedis } from '@spyhop/platform/redis';
import { type Stop, startAll } from '@spyhop/platform/shutdown';
import { createPrisma } from '@spyhop/prisma/client';
import { Pool } from 'pg';
import { feedMetrics } from '../jobs/feed-metrics';
import type { MetadataSource } from '../jobs/accompany';
import { trackAssets } from '../jobs/track-assets';
import { type FeedShard, feedLease, shardsOf } from '../rules/feed-shards';
import { type AssetStore, createAssetStore } from '../store/assets';
import { createCandleStore } from '../store/candles';
import { systemTimers } from './timers';
import { CoinGecko } from './coingecko/client';
import { type FeedConfig, readFeedConfig } from './config';
import { type ShardParts, leadShard } from './lead-shard';
import { chosenRecording } from './sources';

const FEED = 'market-feed';
const LEASE_TTL_MS = 5_000;
const CONNECT_TIMEOUT_MS = 3_000;

/**
 * Takes part in leading the market feed: who leads a shard of it writes its prices and candles. Processes
 * share the shards; where there are more of them than shards, the others stand by.
 */
export async function start(env: NodeJS.ProcessEnv): Promise<Stop> {
  const config = readFeedConfig(env);
  const recording = await chosenRecording(config);
  const log = createLog({ name: 'market-feeds', ...config.log });
  const registry = createMetrics('market-feeds');
  const metrics = feedMetrics(registry);
  const redis = connectRedis({ ...config.redis, log });
  const events = new LiveEvents(redis, log);
  const pool = connectPostgres(config.databaseUrl, log);
  const prisma = createPrisma(config.databaseUrl);
  const assets = createAssetStore({ prisma });
  const tracker = trackAssets({ assets: config.assets, store: assets, clock: systemClock, log });
  const shards = shardsOf(
    config.assets.map(({ symbol }) => symbol),
    config.shards,
  );
  const parts: ShardParts = {
    redis,
    pool,
    store: createCandleStore({ pool, retention: config.retention }),
    retention: config.retention,
    listAssets: assets.list,
    events,
    durable: new DurableEvents(redis, log),
    metadata: metadataOf(config, assets),
    clock: systemClock,
    log,
    metrics,
    tickHz: config.tickHz,
    staleMs: config.staleMs,
    sources: { config, recording, onInstruments: tracker.learn },
  };
  const election = { redis, ttlMs: LEASE_TTL_MS, log };
  const share = joinFairShare({ ...election, name: FEED, pieces: shards.length });
  const lead = (shard: FeedShard): Stop =>
    holdLease({
      ...election,
      name: feedLease(shard.index),
      mayTake: share.hasRoom,
      lead: (fence, signal) =>
        share.lead((ending) => leadShard(parts, shard, fence, ending), signal),
    });
  return startAll(
    [
      async () => () => pool.end(),
      async () => () => prisma.$disconnect(),
      async () => async () => parts.metadata?.source.close(),
      async () => () => redis.close(),
      async () => () => events.close(),
      async () => tracker.stop,
      async () => share.stop,
      () =>
        startAdmin({
          port: config.adminPort,
          host: config.host,
          metrics: registry,
          ready: async () => ({ redis: await succeeds(redis.client.ping()) }),
        }),
      async () => {
        const leads = shards.map(lead);
        return async () => void (await Promise.all(leads.map((stop) => stop())));
      },
    ],
    log,
  );
}

/** What is asked of CoinGecko beside live prices; null where it is switched off. */
function metadataOf(
  { coinGecko: plan, assets }: FeedConfig,
  store: AssetStore,
): MetadataSource | null {
  if (plan === null) return null;
  const source = new CoinGecko({ plan, timers: systemTimers, random: Math.random });
  return { source, plan, assets, store };
}

function connectPostgres(connectionString: string, log: Log): Pool {
  const pool = new Pool({ connectionString, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  pool.on('error', (err) => log.warn({ err }, 'postgres connection'));
  return pool;
}

const succeeds = (work: Promise<unknown>): Promise<boolean> =>
  work.then(
    () => true,
    () => false,
  );
