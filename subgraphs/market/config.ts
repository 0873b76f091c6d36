import { readConfig } from '@spyhop/platform/config';
import { commonEnvironment, portNumber } from '@spyhop/platform/environment';
import { withOwnDatabase } from '@spyhop/platform/own-database';
import { z } from 'zod';

const SOURCES = ['auto', 'live', 'replay', 'simulated'] as const;

const Environment = z.object({
  ...commonEnvironment,
  /** PORT + 1 unless set. */
  MARKET_PORT: portNumber.optional(),
  /** PORT + 11 unless set. */
  MARKET_ADMIN_PORT: portNumber.optional(),
  MARKET_SOURCE: z.enum(SOURCES, `must be one of ${SOURCES.join(', ')}`).default('auto'),
  /** A running feed without a tick for longer than this, in ms, is shown as stale. */
  FEED_STALE_MS: z.coerce.number().int().min(1_000, 'must be at least 1000 ms').default(15_000),
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
export function readMarketConfig(env: Readonly<Record<string, string | undefined>>) {
  const read = readConfig(Environment, withOwnDatabase(env, 'market'));
  return {
    port: read.MARKET_PORT ?? read.PORT + 1,
    adminPort: read.MARKET_ADMIN_PORT ?? read.PORT + 11,
    host: read.HOST,
    identityKeysUrl: read.IDENTITY_KEYS_URL,
    databaseUrl: read.DATABASE_URL,
    redis: { url: read.REDIS_URL, prefix: read.REDIS_PREFIX },
    feed: { expected: EXPECTED_SOURCE[read.MARKET_SOURCE], staleAfterMs: read.FEED_STALE_MS },
    log: { level: read.LOG_LEVEL, pretty: read.LOG_PRETTY },
  };
}
