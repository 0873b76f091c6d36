import { z } from 'zod';
import { LOG_LEVELS } from './log';

export const portNumber = z.coerce
  .number('must be a number from 0 to 65535')
  .int('must be a whole number')
  .min(0, 'must be 0 to 65535')
  .max(65_535, 'must be 0 to 65535');

/** The variables that mean the same to every server process; spread into the schema of each. */
export const commonEnvironment = {
  /** The stack's first port: every process listens at a fixed distance from it. */
  PORT: portNumber.default(4_000),
  /** The address to listen on; in a container 0.0.0.0. */
  HOST: z.string().default('127.0.0.1'),
  DATABASE_URL: z.url({
    protocol: /^postgres(ql)?$/,
    error: 'must be an address like postgresql://user:password@host:5432/db',
  }),
  REDIS_URL: z.url({
    protocol: /^rediss?$/,
    error: 'must be an address like redis://:password@host:6379',
  }),
  /** Keeps stacks apart that share a Redis. */
  REDIS_PREFIX: z.string().default('spyhop:'),
  /** Where the router publishes the keys it signs identities with; with it subgraphs answer the router only. */
  IDENTITY_KEYS_URL: z
    .url({ protocol: /^https?$/, error: 'must be an address like http://host:port/path' })
    .optional(),
  LOG_LEVEL: z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`).default('info'),
  /** Readable lines instead of JSON. */
  LOG_PRETTY: z.stringbool('must be true or false').default(false),
};
