import { resolve } from 'node:path';
import { readConfig } from '@spyhop/platform/config';
import { commonEnvironment, portNumber } from '@spyhop/platform/environment';
import type { JWK } from 'jose';
import { z } from 'zod';
import type { IntrospectionAccess } from './guard/introspection';
import { DEFAULT_LIMITS } from './guard/limits';

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

function jwk(text: string | undefined, context: z.RefinementCtx): JWK | null {
  if (text === undefined) return null;
  try {
    return z.looseObject({ kty: z.string() }).parse(JSON.parse(text));
  } catch {
    context.addIssue('must be a JSON Web Key');
    return z.NEVER;
  }
}

const introspectionAccess = (text: string): IntrospectionAccess =>
  text === 'everyone' || text === 'nobody' ? text : { roles: words(text) };

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
  /** Results that may be queued for a client above that in a stream whose every event counts. */
  ROUTER_CLIENT_QUEUE_MESSAGES: count(1_000),
  /** Bytes of them. */
  ROUTER_CLIENT_QUEUE_BYTES: count(1_048_576),
  /** Milliseconds that a client's backlog may stay full before it is closed. */
  ROUTER_CLIENT_STUCK_MS: count(30_000),
  /** Keys (entities) whose newest value one stream keeps for newcomers. */
  ROUTER_STREAM_KEYS: count(10_000),
  /** Open WebSockets. */
  ROUTER_MAX_SOCKETS: count(50_000),
  ROUTER_MAX_SUBSCRIPTIONS: count(200_000),
  ROUTER_MAX_SUBSCRIPTIONS_PER_IDENTITY: count(1_000),
  ROUTER_MAX_SUBSCRIPTIONS_PER_SOCKET: count(200),
  /** Milliseconds within which clients are sent away when the router stops or the schema loses what they follow. */
  ROUTER_DRAIN_MS: count(3_000),
  /** Clients sent away per second within that. */
  ROUTER_DRAIN_PER_SECOND: count(2_000),
  /** Subgraphs that serve subscriptions over Server-Sent Events, separated by commas; others over WebSockets. */
  ROUTER_SSE_SUBGRAPHS: z.string().default('').transform(words),
  /** Where the keys of accepted tokens are published; without it no token is read. */
  ROUTER_JWKS_URL: z.url({ protocol: /^https?$/, error: 'must be an address' }).optional(),
  /** `iss` and `aud` of accepted tokens, separated by commas. */
  ROUTER_JWT_ISSUERS: z.string().default('').transform(words),
  ROUTER_JWT_AUDIENCES: z.string().default('').transform(words),
  /** Milliseconds that the clock of who issues tokens may differ. */
  ROUTER_JWT_SKEW_MS: count(5_000),
  /** Who knows API keys; without it no key is read. */
  ROUTER_API_KEYS_URL: z.url({ protocol: /^https?$/, error: 'must be an address' }).optional(),
  /** Milliseconds that a key's answer holds. */
  ROUTER_API_KEYS_TTL_MS: count(30_000),
  /** What becomes of an operation with fields that who asks may not use. */
  ROUTER_UNAUTHORISED: z.enum(['cut', 'refuse'], 'must be cut or refuse').default('cut'),
  /** The private Ed25519 key, as JWK, with which subgraphs are told who asks; without it they are not told. */
  ROUTER_SIGNING_KEY: z.string().optional().transform(jwk),
  /** Who may ask for the schema: everyone, nobody, or role names separated by commas. */
  ROUTER_INTROSPECTION: z.string().default('everyone').transform(introspectionAccess),
  /** Milliseconds that a client may take to send a request. */
  ROUTER_REQUEST_TIMEOUT_MS: count(30_000),
  ROUTER_MAX_MESSAGE_BYTES: count(262_144),
  ROUTER_MAX_TOKENS: count(DEFAULT_LIMITS.tokens),
  ROUTER_MAX_DIRECTIVES: count(DEFAULT_LIMITS.directives),
  ROUTER_MAX_DEPTH: count(DEFAULT_LIMITS.depth),
  ROUTER_MAX_HEIGHT: count(DEFAULT_LIMITS.height),
  ROUTER_MAX_ALIASES: count(DEFAULT_LIMITS.aliases),
  ROUTER_MAX_ROOT_FIELDS: count(DEFAULT_LIMITS.rootFields),
  ROUTER_MAX_INTROSPECTION_FIELDS: count(DEFAULT_LIMITS.introspectionFields),
  /** Requests in one body. */
  ROUTER_MAX_BATCH: count(10),
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
    requestTimeoutMs: read.ROUTER_REQUEST_TIMEOUT_MS,
    subgraphTimeoutMs: read.ROUTER_SUBGRAPH_TIMEOUT_MS,
    identity: {
      tokens: read.ROUTER_JWKS_URL
        ? {
            keys: { url: read.ROUTER_JWKS_URL },
            issuers: read.ROUTER_JWT_ISSUERS,
            audiences: read.ROUTER_JWT_AUDIENCES,
            skewMs: read.ROUTER_JWT_SKEW_MS,
          }
        : null,
      apiKeysUrl: read.ROUTER_API_KEYS_URL ?? null,
      apiKeysTtlMs: read.ROUTER_API_KEYS_TTL_MS,
      signingKey: read.ROUTER_SIGNING_KEY,
    },
    unauthorised: read.ROUTER_UNAUTHORISED,
    introspection: read.ROUTER_INTROSPECTION,
    live: {
      lingerMs: read.ROUTER_LINGER_MS,
      maxKeys: read.ROUTER_STREAM_KEYS,
      sseSubgraphs: new Set(read.ROUTER_SSE_SUBGRAPHS),
      connections: read.ROUTER_MAX_SOCKETS,
      subscriptions: {
        inAll: read.ROUTER_MAX_SUBSCRIPTIONS,
        perIdentity: read.ROUTER_MAX_SUBSCRIPTIONS_PER_IDENTITY,
      },
      spread: { mostMs: read.ROUTER_DRAIN_MS, perSecond: read.ROUTER_DRAIN_PER_SECOND },
    },
    backlog: {
      bytes: read.ROUTER_CLIENT_BACKLOG_BYTES,
      stuckMs: read.ROUTER_CLIENT_STUCK_MS,
      queue: {
        messages: read.ROUTER_CLIENT_QUEUE_MESSAGES,
        bytes: read.ROUTER_CLIENT_QUEUE_BYTES,
      },
    },
    limits: {
      subscriptionsPerSocket: read.ROUTER_MAX_SUBSCRIPTIONS_PER_SOCKET,
      messageBytes: read.ROUTER_MAX_MESSAGE_BYTES,
      batch: read.ROUTER_MAX_BATCH,
      tokens: read.ROUTER_MAX_TOKENS,
      directives: read.ROUTER_MAX_DIRECTIVES,
      depth: read.ROUTER_MAX_DEPTH,
      height: read.ROUTER_MAX_HEIGHT,
      aliases: read.ROUTER_MAX_ALIASES,
      rootFields: read.ROUTER_MAX_ROOT_FIELDS,
      introspectionFields: read.ROUTER_MAX_INTROSPECTION_FIELDS,
    },
  };
}
