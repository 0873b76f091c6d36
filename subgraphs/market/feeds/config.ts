import { readConfig } from '@spyhop/platform/config';
import { commonEnvironment, portNumber } from '@spyhop/platform/environment';
import { withOwnDatabase } from '@spyhop/platform/own-database';
import { z } from 'zod';
import { parseRetention } from '../rules/retention';
import { DEFAULT_ASSETS, type UniverseAsset, knownAsset } from '../rules/universe';
import { MARKET_SOURCES } from './choose-source';
import { coinGeckoEnvironment, planOf } from './coingecko/plans';

const ADMIN_OFFSET = 13;

/** "A, B" as a list; what is wrong with an entry is told for each. */
const listOf = <T>(parse: (entry: string, fail: (message: string) => void) => T[]) =>
  z.string().transform((text, context) =>
    text
      .split(',')
      .map((entry) => entry.trim())
      .filter((entry) => entry !== '')
      .flatMap((entry) => parse(entry, (message) => context.addIssue({ code: 'custom', message }))),
  );

const hosts = (protocol: RegExp) =>
  listOf((entry, fail) => {
    if (z.url({ protocol }).safeParse(entry).success) return [entry.replace(/\/+$/, '')];
    fail(`${JSON.stringify(entry)} is not a URL with one of the protocols ${protocol.source}`);
    return [];
  });

const symbols = listOf((entry, fail): UniverseAsset[] => {
  const asset = knownAsset(entry.toUpperCase());
  if (asset !== undefined) return [asset];
  fail(`${JSON.stringify(entry)} is not known; subgraphs/market/universe.json lists what is`);
  return [];
});

const retention = z.string().transform((text, context) => {
  try {
    return parseRetention(text);
  } catch (err) {
    context.addIssue({ code: 'custom', message: err instanceof Error ? err.message : String(err) });
    return z.NEVER;
  }
});

/** What is followed of which exchange. */
const exchangeEnvironment = {
  /** Comma-separated; all assets that trade unless set. */
  MARKET_SYMBOLS: symbols.optional(),
  /** Comma-separated wss:// hosts, tried in turn. */
  BINANCE_STREAM_HOSTS: hosts(/^wss?$/).optional(),
  /** Comma-separated https:// hosts, tried in turn. */
  BINANCE_REST_HOSTS: hosts(/^https?$/).optional(),
};

const Environment = z
  .object({
    ...commonEnvironment,
    ...exchangeEnvironment,
    ...coinGeckoEnvironment,
    /** PORT + 13 unless set. */
    MARKET_FEEDS_ADMIN_PORT: portNumber.optional(),
    MARKET_SOURCE: z
      .enum(MARKET_SOURCES, `must be one of ${MARKET_SOURCES.join(', ')}`)
      .default('auto'),
    /** A file or folder. */
    REPLAY_PATH: z.string().optional(),
    /** 1 as recorded, 0 as fast as it goes. */
    REPLAY_SPEED: z.coerce.number('must be a number, 0 or more').min(0).default(1),
    REPLAY_LOOP: z.stringbool().default(false),
    SIMULATION_SEED: z.string().default('spyhop'),
    /** Into how many parts the symbols are divided, which feed processes share; the same for all of them. */
    MARKET_FEED_SHARDS: z.coerce
      .number('must be a whole number from 1 to 64')
      .int()
      .min(1)
      .max(64)
      .default(1),
    /** Most price events per second and symbol. */
    TICK_HZ: z.coerce.number('must be a number from 0.1 to 1000').min(0.1).max(1_000).default(10),
    /** Without a tick for so long, in ms, the feed is stale. */
    FEED_STALE_MS: z.coerce.number('must be a whole number of ms').int().min(1_000).default(15_000),
    /** How long `auto` waits for the exchange before it shows simulated prices, in ms. */
    LIVE_PATIENCE_MS: z.coerce.number('must be a whole number of ms').int().min(0).default(3_000),
    /** Days to keep candles, e.g. 1m=90,5m=365; for ever what is not named. */
    CANDLE_RETENTION: retention.default(parseRetention('')),
  })
  .refine((read) => read.MARKET_SOURCE !== 'replay' || read.REPLAY_PATH !== undefined, {
    path: ['REPLAY_PATH'],
    message: 'must name a file or folder when MARKET_SOURCE is replay',
    // Also beside other faults, so that all are named at once.
    when: () => true,
  });

export type FeedConfig = ReturnType<typeof readFeedConfig>;

/** Throws ConfigError that names every fault. */
export function readFeedConfig(env: Readonly<Record<string, string | undefined>>) {
  const read = readConfig(Environment, withOwnDatabase(env, 'market'));
  return {
    adminPort: read.MARKET_FEEDS_ADMIN_PORT ?? read.PORT + ADMIN_OFFSET,
    host: read.HOST,
    databaseUrl: read.DATABASE_URL,
    redis: { url: read.REDIS_URL, prefix: read.REDIS_PREFIX },
    source: read.MARKET_SOURCE,
    shards: read.MARKET_FEED_SHARDS,
    ...exchangeOf(read),
    coinGecko: planOf(read),
    replay: { path: read.REPLAY_PATH ?? '', speed: read.REPLAY_SPEED, loop: read.REPLAY_LOOP },
    simulation: { seed: read.SIMULATION_SEED },
    patienceMs: read.LIVE_PATIENCE_MS,
    tickHz: read.TICK_HZ,
    staleMs: read.FEED_STALE_MS,
    retention: read.CANDLE_RETENTION,
    log: { level: read.LOG_LEVEL, pretty: read.LOG_PRETTY },
  };
}

const ExchangeEnvironment = z.object(exchangeEnvironment);

/** For what follows the exchange without the rest of the system. Throws ConfigError that names every fault. */
export const readExchangeConfig = (env: Readonly<Record<string, string | undefined>>) =>
  exchangeOf(readConfig(ExchangeEnvironment, env));

const exchangeOf = (read: z.output<typeof ExchangeEnvironment>) => ({
  assets: read.MARKET_SYMBOLS ?? DEFAULT_ASSETS,
  binance: {
    ...(read.BINANCE_STREAM_HOSTS && { streamHosts: read.BINANCE_STREAM_HOSTS }),
    ...(read.BINANCE_REST_HOSTS && { restHosts: read.BINANCE_REST_HOSTS }),
  },
});
