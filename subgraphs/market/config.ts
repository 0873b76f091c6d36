import { readConfig } from '@spyhop/platform/config';
import { LOG_LEVELS } from '@spyhop/platform/log';
import { z } from 'zod';

const port = z.coerce.number().int().min(0).max(65_535);
const DEFAULT_PORT = 4_000;

const Environment = z.object({
  PORT: port.default(DEFAULT_PORT),
  /** PORT + 1 unless set. */
  MARKET_PORT: port.optional(),
  /** PORT + 11 unless set. */
  MARKET_ADMIN_PORT: port.optional(),
  /** The address to listen on. */
  HOST: z.string().default('127.0.0.1'),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgresql:// URL' }),
  REDIS_URL: z.url({ protocol: /^rediss?$/, error: 'must be a redis:// or rediss:// URL' }),
  REDIS_PREFIX: z.string().default('spyhop:'),
  MARKET_SOURCE: z.enum(['auto', 'live', 'replay', 'simulated']).default('auto'),
  /** A running feed without a tick for longer than this, in ms, is shown as stale. */
  MARKET_STALE_MS: z.coerce.number().int().min(1_000).default(10_000),
  LOG_LEVEL: z.enum(LOG_LEVELS).default('info'),
  LOG_PRETTY: z.stringbool().default(false),
});

/** The source that is shown until a feed has reported; `auto` tries live first. */
const EXPECTED_SOURCE = {
  auto: 'LIVE',
  live: 'LIVE',
  replay: 'REPLAY',
  simulated: 'SIMULATED',
} as const;

export type MarketConfig = ReturnType<typeof readMarketConfig>;

/** Throws ConfigError that names every fault. */
export function readMarketConfig(env: NodeJS.ProcessEnv) {
  const read = readConfig(Environment, env);
  return {
    port: read.MARKET_PORT ?? read.PORT + 1,
    adminPort: read.MARKET_ADMIN_PORT ?? read.PORT + 11,
    host: read.HOST,
    databaseUrl: read.DATABASE_URL,
    redis: { url: read.REDIS_URL, prefix: read.REDIS_PREFIX },
    feed: { expected: EXPECTED_SOURCE[read.MARKET_SOURCE], staleAfterMs: read.MARKET_STALE_MS },
    log: { level: read.LOG_LEVEL, pretty: read.LOG_PRETTY },
  };
}
