import { hostname } from 'node:os';
import { readConfig } from '@spyhop/platform/config';
import { commonEnvironment, portNumber } from '@spyhop/platform/environment';
import { withOwnDatabase } from '@spyhop/platform/own-database';
import { z } from 'zod';

const Environment = z.object({
  ...commonEnvironment,
  /** PORT + 2 unless set. */
  ANALYTICS_PORT: portNumber.optional(),
  /** PORT + 12 unless set. */
  ANALYTICS_ADMIN_PORT: portNumber.optional(),
});

export type AnalyticsConfig = ReturnType<typeof readAnalyticsConfig>;

/** Throws ConfigError that names every fault. */
export function readAnalyticsConfig(env: Readonly<Record<string, string | undefined>>) {
  const read = readConfig(Environment, withOwnDatabase(env, 'analytics'));
  const port = read.ANALYTICS_PORT ?? read.PORT + 2;
  return {
    port,
    adminPort: read.ANALYTICS_ADMIN_PORT ?? read.PORT + 12,
    host: read.HOST,
    identityKeysUrl: read.IDENTITY_KEYS_URL,
    databaseUrl: read.DATABASE_URL,
    redis: { url: read.REDIS_URL, prefix: read.REDIS_PREFIX },
    /** The same after a restart, so that the process takes up what it left unfinished. */
    consumer: `${hostname()}:${port}`,
    log: { level: read.LOG_LEVEL, pretty: read.LOG_PRETTY },
  };
}
