import { hostname } from 'node:os';
import { readConfig } from '@spyhop/platform/config';
import { commonEnvironment, portNumber } from '@spyhop/platform/environment';
import { withOwnDatabase } from '@spyhop/platform/own-database';
import { z } from 'zod';
import { knownChains } from './feeds/evm/chains';

const Environment = z.object({
  ...commonEnvironment,
  /** PORT + 4 unless set. */
  WHALES_PORT: portNumber.optional(),
  /** PORT + 15 unless set. */
  WHALES_ADMIN_PORT: portNumber.optional(),
  /** A JSON file of chains like Ethereum, the same that the feed has; it need not say their nodes here. */
  EVM_CHAINS: z.string().optional(),
});

export type WhalesConfig = ReturnType<typeof readWhalesConfig>;

/** Throws ConfigError that names every fault. */
export function readWhalesConfig(env: Readonly<Record<string, string | undefined>>) {
  const read = readConfig(Environment, withOwnDatabase(env, 'whales'));
  const port = read.WHALES_PORT ?? read.PORT + 4;
  return {
    port,
    adminPort: read.WHALES_ADMIN_PORT ?? read.PORT + 15,
    host: read.HOST,
    identityKeysUrl: read.IDENTITY_KEYS_URL,
    databaseUrl: read.DATABASE_URL,
    chains: knownChains(read.EVM_CHAINS),
    redis: { url: read.REDIS_URL, prefix: read.REDIS_PREFIX },
    /** The same after a restart, so that the process takes up what it left unfinished. */
    consumer: `${hostname()}:${port}`,
    log: { level: read.LOG_LEVEL, pretty: read.LOG_PRETTY },
  };
}
