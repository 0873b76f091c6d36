import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { ConfigError, readConfig } from '@spyhop/platform/config';
import { LOG_LEVELS, type LogLevel } from '@spyhop/platform/log';
import { newKeyRingText } from '@spyhop/platform/secret-box';
import { z } from 'zod';

type Environment = Readonly<Record<string, string | undefined>>;

/** Ports of the stack, all relative to PORT, so that it alone moves everything. */
export const PORT_OFFSETS = {
  'dashboard and API': 0,
  'market subgraph': 1,
  'analytics subgraph': 2,
  'users subgraph': 3,
  'whales subgraph': 4,
  'router admin': 10,
  'market admin': 11,
  'analytics admin': 12,
  'market feeds admin': 13,
  'users admin': 14,
  'whales admin': 15,
  'whale feeds admin': 16,
  PostgreSQL: 20,
  Redis: 21,
} as const;

const HIGHEST_PORT = 65_535 - PORT_OFFSETS.Redis;

export interface StackConfig {
  port: number;
  /** Embedded data, generated secrets and logs; absolute. */
  dataDir: string;
  /** A PostgreSQL of the user's; otherwise the embedded one is started. */
  databaseUrl: string | undefined;
  /** A Redis of the user's; otherwise one is started. */
  redisUrl: string | undefined;
  /** What the console shows of the processes' logs. */
  consoleLevel: LogLevel;
}

const schema = z
  .object({
    PORT: z.coerce
      .number(`must be a number from 1 to ${HIGHEST_PORT}`)
      .int(`must be a whole number`)
      .min(1, `must be 1 to ${HIGHEST_PORT}`)
      .max(HIGHEST_PORT, `must be 1 to ${HIGHEST_PORT}`)
      .default(4000),
    DATA_DIR: z.string().optional(),
    DATABASE_URL: urlOf(['postgres:', 'postgresql:'], 'postgresql://user:password@host:5432/db'),
    REDIS_URL: urlOf(['redis:', 'rediss:'], 'redis://:password@host:6379'),
    LOG_LEVEL: z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`).optional(),
    REPLAY_PATH: z
      .string()
      .refine((path) => existsSync(path), { error: 'names no file or folder on this machine' })
      .optional(),
  })
  .transform((env) => ({
    port: env.PORT,
    dataDir: resolve(env.DATA_DIR ?? `.spyhop/${env.PORT}`),
    databaseUrl: env.DATABASE_URL,
    redisUrl: env.REDIS_URL,
    consoleLevel: env.LOG_LEVEL ?? 'warn',
  }));

function urlOf(protocols: readonly string[], example: string): z.ZodOptional<z.ZodString> {
  return z
    .string()
    .refine((text) => URL.canParse(text) && protocols.includes(new URL(text).protocol), {
      error: `must be an address like ${example}`,
    })
    .optional();
}

/** Reads the launcher's own variables and asks every process's reader, so that all faults come at once. */
export function readStackConfig(
  env: Environment,
  readers: readonly ((env: Environment) => unknown)[],
): StackConfig {
  const faults: string[] = [];
  const collect = <Result>(read: () => Result): Result | undefined => {
    try {
      return read();
    } catch (err) {
      if (!(err instanceof ConfigError)) throw err;
      const named = new Set(faults.map(variableOf));
      faults.push(...err.faults.filter((fault) => !named.has(variableOf(fault))));
      return undefined;
    }
  };
  const own = collect(() => readConfig(schema, env));
  for (const reader of readers) collect(() => reader(withPlaceholders(env)));
  if (own === undefined || faults.length > 0) throw new ConfigError(faults);
  return own;
}

const variableOf = (fault: string): string => fault.split(':')[0] ?? fault;

/** The launcher provides these itself where they are not set. */
const withPlaceholders = (env: Environment): Environment => ({
  ...env,
  DATABASE_URL: env.DATABASE_URL || 'postgresql://127.0.0.1/spyhop',
  REDIS_URL: env.REDIS_URL || 'redis://127.0.0.1',
  SECRET_KEYS: env.SECRET_KEYS || newKeyRingText('1'),
  ROUTER_SUPERGRAPH_FILE: env.ROUTER_SUPERGRAPH_FILE || 'supergraph.graphql',
  ROUTER_PERSISTED_MANIFEST: env.ROUTER_PERSISTED_MANIFEST || 'persisted-operations.json',
});

/** Ports that must be free, by what listens on them. */
export function portsOf(config: StackConfig): Map<string, number> {
  const ports = Object.entries(PORT_OFFSETS).map(
    ([name, offset]) => [name, config.port + offset] as const,
  );
  return new Map(
    ports.filter(
      ([name]) =>
        !(name === 'PostgreSQL' && config.databaseUrl) && !(name === 'Redis' && config.redisUrl),
    ),
  );
}
