import { hostname } from 'node:os';
import { readConfig } from '@spyhop/platform/config';
import { commonEnvironment, portNumber } from '@spyhop/platform/environment';
import { withSystemDatabase } from '@spyhop/platform/own-database';
import { z } from 'zod';
import { knownChains } from './feeds/evm/chains';

const Environment = z.object({
  ...commonEnvironment,
  /** For what works in no user's name; DATABASE_URL unless set. */
  WHALES_SYSTEM_DATABASE_URL: commonEnvironment.DATABASE_URL,
  /** PORT + 4 unless set. */
  WHALES_PORT: portNumber.optional(),
  /** PORT + 15 unless set. */
  WHALES_ADMIN_PORT: portNumber.optional(),
  /** A JSON file of chains like Ethereum, the same that the feed has; it need not say their nodes here. */
  EVM_CHAINS: z.string().optional(),
  /** For how many days transactions are kept after they moved, at least 90; 0 keeps all of them. */
  WHALE_KEEP_DAYS: z.coerce
    .number()
    .int()
    .max(36_500)
    .refine((days) => days === 0 || days >= 90, 'must be 0, which keeps all, or 90 or more')
    .default(400),
});

const DAY_MS = 86_400_000;

export type WhalesConfig = ReturnType<typeof readWhalesConfig>;

/** Throws ConfigError that names every fault. */
export function readWhalesConfig(env: Readonly<Record<string, string | undefined>>) {
  const read = readConfig(Environment, withSystemDatabase(env, 'whales'));
  const port = read.WHALES_PORT ?? read.PORT + 4;
  return {
    port,
    adminPort: read.WHALES_ADMIN_PORT ?? read.PORT + 15,
    host: read.HOST,
    identityKeysUrl: read.IDENTITY_KEYS_URL,
    databaseUrl: read.DATABASE_URL,
    /** Null where all is kept. */
    keepMs: read.WHALE_KEEP_DAYS === 0 ? null : read.WHALE_KEEP_DAYS * DAY_MS,
    systemDatabaseUrl: read.WHALES_SYSTEM_DATABASE_URL,
    chains: knownChains(read.EVM_CHAINS),
    redis: { url: read.REDIS_URL, prefix: read.REDIS_PREFIX },
    /** The same after a restart, so that the process takes up what it left unfinished. */
    consumer: `${hostname()}:${port}`,
    log: { level: read.LOG_LEVEL, pretty: read.LOG_PRETTY },
  };
}
