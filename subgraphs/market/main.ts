import { systemClock } from '@spyhop/platform/clock';
import { SpyhopError } from '@spyhop/platform/errors';
import { LiveEvents } from '@spyhop/platform/live-events';
import { type Log, createLog } from '@spyhop/platform/log';
import { createMetrics, startAdmin } from '@spyhop/platform/metrics';
import { connectRedis } from '@spyhop/platform/redis';
import { type Stop, startAll } from '@spyhop/platform/shutdown';
import { readIdentityWithKeysAt } from '@spyhop/platform/signed-identity';
import { startSubgraph } from '@spyhop/platform/subgraph-server';
import { createPrisma } from '@spyhop/prisma/client';
import { Pool } from 'pg';
import { readMarketConfig } from './config';
import { type MarketServices, createContext } from './graphql/context';
import { buildMarketSchema } from './graphql/schema';
import { KEEP_EVERYTHING } from './rules/retention';
import { AssetBoard } from './store/asset-board';
import { AssetDirectory } from './store/asset-directory';
import { createAssetStore } from './store/assets';
import { createCandleStore } from './store/candles';
import { LiveMarket } from './store/live-market';

const CONNECT_TIMEOUT_MS = 3_000;

/** Serves the market subgraph: what feeds have written, as a graph. */
export async function start(env: NodeJS.ProcessEnv): Promise<Stop> {
  const config = readMarketConfig(env);
  const log = createLog({ name: 'market', ...config.log });
  const { schema } = await buildMarketSchema();
  const redis = connectRedis({ ...config.redis, log });
  const live = new LiveEvents(redis, log);
  const pool = connectPostgres(config.databaseUrl, log);
  const prisma = createPrisma(config.databaseUrl);
  const clock = systemClock;
  const market = new LiveMarket(redis);
  const candles = createCandleStore({ pool, retention: KEEP_EVERYTHING });
  const directory = new AssetDirectory({ list: createAssetStore({ prisma }).list, clock, log });
  const services: MarketServices = {
    clock,
    market,
    live,
    directory,
    board: new AssetBoard({ directory, market, clock }),
    finishedCandles: (query) => candles.page(query).catch(unavailable('Stored candles', log)),
    feed: config.feed,
  };
  const ready = async (): Promise<Record<string, boolean>> => ({
    redis: redis.client.status === 'ready',
    assets: await succeeds(directory.all()),
  });
  const { port, host } = config;
  const identity = readIdentityWithKeysAt(config.identityKeysUrl, { subgraph: 'market', log });
  const stop = await startAll(
    [
      async () => () => pool.end(),
      async () => () => prisma.$disconnect(),
      async () => () => redis.close(),
      async () => () => live.close(),
      () =>
        startSubgraph({
          port,
          host,
          schema,
          context: () => createContext(services),
          identity,
          log,
        }),
      () =>
        startAdmin({
          port: config.adminPort,
          host,
          metrics: createMetrics('market'),
          ready,
        }),
    ],
    log,
  );
  // Known before anybody asks: prices go on also where PostgreSQL goes away right after the start.
  void succeeds(directory.all());
  log.info({ port }, 'the market subgraph listens');
  return stop;
}

function connectPostgres(connectionString: string, log: Log): Pool {
  const pool = new Pool({ connectionString, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  pool.on('error', (err) => log.warn({ err }, 'postgres connection'));
  return pool;
}

/** Logs what is wrong and tells the client what to do about it. */
const unavailable =
  (what: string, log: Log) =>
  (err: unknown): never => {
    log.error({ err }, `${what} cannot be read`);
    throw new SpyhopError('UPSTREAM_UNAVAILABLE', `${what} cannot be read now; retry in a while.`);
  };

const succeeds = (work: Promise<unknown>): Promise<boolean> =>
  work.then(
    () => true,
    () => false,
  );
