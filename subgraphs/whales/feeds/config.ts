import { readConfig } from '@spyhop/platform/config';
import { commonEnvironment, portNumber } from '@spyhop/platform/environment';
import { z } from 'zod';

const ADMIN_OFFSET = 16;

const SOURCES = ['auto', 'live', 'simulated'] as const;

const { DATABASE_URL: _, ...common } = commonEnvironment;

const Environment = z.object({
  ...common,
  /** PORT + 16 unless set. */
  WHALES_FEEDS_ADMIN_PORT: portNumber.optional(),
  /** `auto`: live where a source has ever seen anything, simulated until then. */
  WHALE_SOURCE: z.enum(SOURCES, `must be one of ${SOURCES.join(', ')}`).default('auto'),
  /** In USD; smaller transactions are let go of. */
  WHALE_MIN_USD: z
    .string()
    .regex(/^\d{1,15}$/, 'must be a whole number of USD')
    .default('250000'),
  SIMULATION_SEED: z.string().default('spyhop'),
});

export type WhaleFeedConfig = ReturnType<typeof readWhaleFeedConfig>;

/** Throws ConfigError that names every fault. */
export function readWhaleFeedConfig(env: Readonly<Record<string, string | undefined>>) {
  const read = readConfig(Environment, env);
  return {
    adminPort: read.WHALES_FEEDS_ADMIN_PORT ?? read.PORT + ADMIN_OFFSET,
    host: read.HOST,
    redis: { url: read.REDIS_URL, prefix: read.REDIS_PREFIX },
    source: read.WHALE_SOURCE,
    minUsd: read.WHALE_MIN_USD,
    seed: read.SIMULATION_SEED,
    log: { level: read.LOG_LEVEL, pretty: read.LOG_PRETTY },
  };
}
