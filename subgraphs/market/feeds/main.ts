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
import { type FeedMetrics, feedMetrics } from '../jobs/feed-metrics';
import type { OpenedMarket } from '../jobs/open-market';
import { trackAssets } from '../jobs/track-assets';
import { createAssetStore } from '../store/assets';
import { createCandleStore } from '../store/candles';
import { LiveMarket } from '../store/live-market';
import { BinanceSource } from './binance/client';
import { systemTimers } from './binance/timers';
import { type Choice, showChosen } from './choose-source';
import { type FeedConfig, readFeedConfig } from './config';
import { type LeadParts, showSource } from './lead';
import { type Recording, openRecording } from './replay/recording';
import { createReplaySource } from './replay/replay-source';
import { createSimulatedSource } from './simulated/simulated-source';

const LEASE = 'market-feed';
const LEASE_TTL_MS = 5_000;
const CONNECT_TIMEOUT_MS = 3_000;
const START_WITHIN_MS = 10_000;
const SHORT_PATIENCE_MS = 800;

/** Takes part in leading the market feed; who leads writes prices and candles, the others stand by. */
export async function start(env: NodeJS.ProcessEnv): Promise<Stop> {
  const config = readFeedConfig(env);
  const recording = config.source === 'replay' ? await recordingOf(config) : null;
  const log = createLog({ name: 'market-feeds', ...config.log });
  const registry = createMetrics('market-feeds');
  const metrics = feedMetrics(registry);
  const redis = connectRedis({ ...config.redis, log });
  const events = new LiveEvents(redis, log);
  const pool = connectPostgres(config.databaseUrl, log);
  const prisma = createPrisma(config.databaseUrl);
  const assets = createAssetStore({ prisma });
  const parts: LeadParts = {
    symbols: config.assets.map(({ symbol }) => symbol),
    redis,
    pool,
    store: createCandleStore({ pool, retention: config.retention }),
    retention: config.retention,
    listAssets: assets.list,
    events,
    durable: new DurableEvents(redis, log),
    isGlobalKnown: () => false,
    clock: systemClock,
    log,
    metrics,
    tickHz: config.tickHz,
    staleMs: config.staleMs,
  };
  return startAll(
    [
      async () => () => pool.end(),
      async () => () => prisma.$disconnect(),
      async () => () => redis.close(),
      async () => () => events.close(),
      async () =>
        trackAssets({ assets: config.assets, store: assets, clock: systemClock, log }).stop,
      async () =>
        holdLease({
          redis,
          name: LEASE,
          ttlMs: LEASE_TTL_MS,
          lead: (fence, signal) => lead({ config, recording }, parts, fence, signal),
          log,
        }),
      () =>
        startAdmin({
          port: config.adminPort,
          host: config.host,
          metrics: registry,
          ready: async () => ({ redis: await succeeds(redis.client.ping()) }),
        }),
    ],
    log,
  );
}

const recordingOf = ({ replay, assets }: FeedConfig): Promise<Recording> =>
  openRecording(replay.path, new Map(assets.map(({ pair, symbol }) => [pair, symbol])));

async function lead(
  { config, recording }: { config: FeedConfig; recording: Recording | null },
  parts: LeadParts,
  token: number,
  signal: AbortSignal,
): Promise<void> {
  const { log, metrics } = parts;
  const fence = { key: fenceKeyOf(LEASE), token };
  let left: OpenedMarket['prices'] = new Map();
  const sources = sourcesOf(config, recording, { log, metrics, left: () => left });
  const patienceMs = await patienceOf(config, new LiveMarket(parts.redis));
  const chosen = config.source;
  metrics.leading.set(1);
  try {
    await showChosen(
      { chosen, sources, patienceMs, log },
      (source, ending) =>
        showSource(parts, { source, fence, onOpened: (prices) => (left = prices) }, ending),
      signal,
    );
  } finally {
    metrics.leading.set(0);
  }
}

/** Where simulated prices are shown already, nothing is lost by going on with them at first. */
async function patienceOf(
  { patienceMs }: FeedConfig,
  market: Pick<LiveMarket, 'readFeedStatus'>,
): Promise<number> {
  const former = await market.readFeedStatus();
  return former?.source === 'SIMULATED' ? Math.min(patienceMs, SHORT_PATIENCE_MS) : patienceMs;
}

function sourcesOf(
  { assets, simulation, binance, source, replay }: FeedConfig,
  recording: Recording | null,
  around: { log: Log; metrics: FeedMetrics; left: () => OpenedMarket['prices'] },
): Choice['sources'] {
  return {
    live: () =>
      new BinanceSource({
        ...binance,
        assets,
        log: around.log,
        random: Math.random,
        count: (event) => around.metrics.source.inc({ event }),
        startWithinMs: source === 'auto' ? START_WITHIN_MS : null,
      }),
    simulated: () =>
      createSimulatedSource({
        assets,
        seed: simulation.seed,
        timers: systemTimers,
        resumeFrom: (symbol) => around.left().get(symbol) ?? null,
      }),
    replay: () => {
      if (recording === null) throw new Error('a replay needs a recording');
      return createReplaySource({ ...replay, recording, timers: systemTimers, log: around.log });
    },
  };
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
