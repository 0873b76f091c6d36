import { systemClock } from '@spyhop/platform/clock';
import { DurableEvents } from '@spyhop/platform/durable-events';
import { fenceKeyOf, holdLease } from '@spyhop/platform/lease';
import { LiveEvents } from '@spyhop/platform/live-events';
import { type Log, createLog } from '@spyhop/platform/log';
import { createMetrics, startAdmin } from '@spyhop/platform/metrics';
import { connectRedis } from '@spyhop/platform/redis';
import { type Stop, startAll } from '@spyhop/platform/shutdown';
import { createPrisma } from '@spyhop/prisma/client';
import { Pool } from 'pg';
import { feedMetrics } from '../jobs/feed-metrics';
import type { MetadataSource } from '../jobs/accompany';
import type { OpenedMarket } from '../jobs/open-market';
import { trackAssets } from '../jobs/track-assets';
import { type AssetStore, createAssetStore } from '../store/assets';
import { createCandleStore } from '../store/candles';
import { holdsCandlesOf } from '../store/dataset';
import { LiveMarket } from '../store/live-market';
import { systemTimers } from './timers';
import { showChosen } from './choose-source';
import { CoinGecko } from './coingecko/client';
import { type FeedConfig, readFeedConfig } from './config';
import { type LeadParts, showSource } from './lead';
import { type SourceParts, chosenRecording, createSources } from './sources';

const LEASE = 'market-feed';
const LEASE_TTL_MS = 5_000;
const CONNECT_TIMEOUT_MS = 3_000;
const SHORT_PATIENCE_MS = 800;

/** Takes part in leading the market feed; who leads writes prices and candles, the others stand by. */
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
  const parts: LeadParts = {
    symbols: config.assets.map(({ symbol }) => symbol),
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
  };
  const lead = (fence: number, signal: AbortSignal): Promise<void> =>
    leadFeed(
      parts,
      { config, recording, onInstruments: tracker.learn, log, metrics },
      fence,
      signal,
    );
  return startAll(
    [
      async () => () => pool.end(),
      async () => () => prisma.$disconnect(),
      async () => async () => parts.metadata?.source.close(),
      async () => () => redis.close(),
      async () => () => events.close(),
      async () => tracker.stop,
      () =>
        startAdmin({
          port: config.adminPort,
          host: config.host,
          metrics: registry,
          ready: async () => ({ redis: await succeeds(redis.client.ping()) }),
        }),
      async () => holdLease({ redis, name: LEASE, ttlMs: LEASE_TTL_MS, lead, log }),
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

async function leadFeed(
  parts: LeadParts,
  around: Omit<SourceParts, 'priceLeft' | 'pastUntil'>,
  token: number,
  signal: AbortSignal,
): Promise<void> {
  const { config, log } = around;
  const { metrics } = parts;
  const fence = { key: fenceKeyOf(LEASE), token };
  let opened: Pick<OpenedMarket, 'prices' | 'past'> = { prices: new Map(), past: new Map() };
  const sources = createSources({
    ...around,
    priceLeft: (symbol) => opened.prices.get(symbol) ?? null,
    pastUntil: (symbol) => opened.past.get(symbol) ?? null,
  });
  const market = new LiveMarket(parts.redis);
  const patienceMs = await patienceOf(config, market);
  const hasLivePast = (): Promise<boolean> => livePast({ ...parts, market });
  metrics.leading.set(1);
  try {
    await showChosen(
      { chosen: config.source, sources, patienceMs, hasLivePast, log },
      (source, ending) =>
        showSource(parts, { source, fence, onOpened: (next) => (opened = next) }, ending),
      signal,
    );
  } finally {
    metrics.leading.set(0);
  }
}

/** Either store tells; PostgreSQL may be slow or away. */
async function livePast({
  market,
  pool,
  symbols,
}: Pick<LeadParts, 'pool' | 'symbols'> & {
  market: Pick<LiveMarket, 'readFeedStatus'>;
}): Promise<boolean> {
  const former = await market.readFeedStatus();
  if (former?.source === 'LIVE' && former.newestTickAt !== null) return true;
  return holdsCandlesOf(pool, 'live', symbols).catch(() => false);
}

/** Where simulated prices are shown already, nothing is lost by going on with them at first. */
async function patienceOf(
  { patienceMs }: FeedConfig,
  market: Pick<LiveMarket, 'readFeedStatus'>,
): Promise<number> {
  const former = await market.readFeedStatus();
  return former?.source === 'SIMULATED' ? Math.min(patienceMs, SHORT_PATIENCE_MS) : patienceMs;
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
