import { resolve } from 'node:path';
import { readConfig } from '@spyhop/platform/config';
import { commonEnvironment, portNumber } from '@spyhop/platform/environment';
import { z } from 'zod';

const { PORT, HOST, LOG_LEVEL, LOG_PRETTY } = commonEnvironment;

const ADMIN_OFFSET = 10;
const SANDBOX_ORIGIN = 'https://studio.apollographql.com';

const count = (fallback: number): z.ZodDefault<z.ZodCoercedNumber> =>
  z.coerce.number('must be a number').int('must be a whole number').min(1).default(fallback);

const words = (text: string): string[] =>
  text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');

const origin = z.string().refine((text) => URL.canParse(text) && new URL(text).origin === text, {
  error: 'must be a list of origins like https://example.org, separated by commas',
});

const Environment = z.object({
  PORT,
  HOST,
  LOG_LEVEL,
  LOG_PRETTY,
  /** The composed supergraph, a file. */
  ROUTER_SUPERGRAPH: z.string('must name the composed supergraph, a .graphql file'),
  /** PORT + 10 unless set. */
  ROUTER_ADMIN_PORT: portNumber.optional(),
  /** name=url, separated by commas; these replace the supergraph's routing URLs. */
  ROUTER_SUBGRAPH_URLS: z
    .string()
    .default('')
    .transform(words)
    .pipe(z.array(z.string()))
    .transform((pairs, context) => {
      const urls = new Map<string, string>();
      for (const pair of pairs) {
        const [, name, url] = /^([^=]+)=(https?:\/\/.+)$/.exec(pair) ?? [];
        if (name && url && URL.canParse(url)) urls.set(name, url);
        else {
          context.addIssue(`"${pair}" must be name=http://host:port/path`);
        }
      }
      return urls;
    }),
  /** A folder with a built single-page app to serve at /. */
  ROUTER_STATIC: z.string().optional(),
  /** Origins of web pages that may use the API besides those that it serves itself. */
  ROUTER_CORS_ORIGINS: z.string().default('').transform(words).pipe(z.array(origin)),
  /** Milliseconds a subgraph may take to answer. */
  ROUTER_SUBGRAPH_TIMEOUT_MS: count(10_000),
  /** Milliseconds an upstream subscription outlives its last client. */
  ROUTER_LINGER_MS: count(1_000),
  /** Bytes that may wait for one WebSocket client before it gets only the newest of each key. */
  ROUTER_CLIENT_BACKLOG_BYTES: count(131_072),
  /** Milliseconds that a client's backlog may stay full before it is closed. */
  ROUTER_CLIENT_STUCK_MS: count(30_000),
  /** Keys (entities) whose newest value one stream keeps for newcomers. */
  ROUTER_STREAM_KEYS: count(10_000),
  ROUTER_MAX_SUBSCRIPTIONS_PER_SOCKET: count(200),
  ROUTER_MAX_MESSAGE_BYTES: count(262_144),
  ROUTER_MAX_DEPTH: count(24),
  ROUTER_MAX_TOKENS: count(8_000),
});

export type RouterConfig = ReturnType<typeof readRouterConfig>;

/** Throws ConfigError that names every fault. */
export function readRouterConfig(env: Readonly<Record<string, string | undefined>>) {
  const read = readConfig(Environment, env);
  return {
    port: read.PORT,
    host: read.HOST,
    adminPort: read.ROUTER_ADMIN_PORT ?? read.PORT + ADMIN_OFFSET,
    log: { level: read.LOG_LEVEL, pretty: read.LOG_PRETTY },
    supergraph: { file: resolve(read.ROUTER_SUPERGRAPH), urls: read.ROUTER_SUBGRAPH_URLS },
    staticDir: read.ROUTER_STATIC === undefined ? null : resolve(read.ROUTER_STATIC),
    origins: new Set([SANDBOX_ORIGIN, ...read.ROUTER_CORS_ORIGINS]),
    subgraphTimeoutMs: read.ROUTER_SUBGRAPH_TIMEOUT_MS,
    live: { lingerMs: read.ROUTER_LINGER_MS, maxKeys: read.ROUTER_STREAM_KEYS },
    backlog: { bytes: read.ROUTER_CLIENT_BACKLOG_BYTES, stuckMs: read.ROUTER_CLIENT_STUCK_MS },
    limits: {
      subscriptionsPerSocket: read.ROUTER_MAX_SUBSCRIPTIONS_PER_SOCKET,
      messageBytes: read.ROUTER_MAX_MESSAGE_BYTES,
      depth: read.ROUTER_MAX_DEPTH,
      tokens: read.ROUTER_MAX_TOKENS,
    },
  };
}
