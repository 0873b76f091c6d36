import { LOG_LEVELS } from '@spyhop/platform/log';
import { z } from 'zod';
import { isHopCount, isNetwork } from '../transport/client-address';
import { address, always, count, milliseconds, section, whole, words } from './fields';
import { headers } from './header-options';
import { identity } from './identity-options';
import { subgraphs } from './subgraph-options';

const MOST_PORTS = 65_535;

const port = z
  .number('must be a number from 0 to 65535')
  .int('must be a whole number')
  .min(0, 'must be 0 to 65535')
  .max(MOST_PORTS, 'must be 0 to 65535');

const origin = z.string().refine((text) => URL.canParse(text) && new URL(text).origin === text, {
  error: 'must be an origin like https://example.org',
});

const web = section('Web pages that use the API.', {
  folder: z.string().optional().describe('A folder with a built single-page app to serve at /.'),
  styleHashes: z
    .array(z.string().regex(/^sha256-[\w+/]{43}=$/, 'must be like sha256-…'), 'must be a list')
    .default([])
    .describe(
      'SHA-256 of styles that libraries write into the page of the app, as browsers name them where they refuse one; of others only empty ones are taken, which are filled by scripts.',
    ),
  origins: z
    .array(origin, 'must be a list')
    .default([])
    .transform((origins) => new Set(origins))
    .describe('Origins of pages that may use the API besides those served here.'),
  credentials: z
    .boolean('must be true or false')
    .default(false)
    .describe(
      'Whether browsers send cookies from those origins too, and keep those of answers; for graphs whose subgraphs read forwarded cookies.',
    ),
  sandbox: z
    .enum(['everyone', 'roles', 'nobody'], 'must be everyone, roles or nobody')
    .default('everyone')
    .describe(
      'Who gets Apollo Sandbox or GraphiQL in a browser; from Apollo Studio the API may be used only where it is everyone.',
    ),
  sandboxRoles: words(
    'Roles of which one is enough to get that page; a browser sends no token of its own accord, so a proxy has to add one to its requests.',
  ),
});

const http = section('Requests over HTTP.', {
  tlsCertFile: z
    .string()
    .optional()
    .describe(
      'The certificate with its chain, in PEM, for HTTPS and WebSockets over TLS; it may change while the router runs. Without it connections are plain.',
    ),
  tlsKeyFile: z.string().optional().describe("The certificate's private key, in PEM."),
  requestTimeoutMs: milliseconds(30_000, 'Milliseconds that a client may take to send a request.'),
  drainMs: whole(1)
    .max(7_000, 'must be at most 7000')
    .default(5_000)
    .describe(
      'Milliseconds that requests under way get to be answered when the router stops, at most 7000.',
    ),
  messageBytes: count(262_144, 'Bytes of a body, and of a WebSocket message.'),
  batch: count(10, 'Requests in one body.'),
  trustProxy: z
    .array(
      z.string().refine((text) => isNetwork(text) || isHopCount(text), {
        error: 'must be an address or a network like 10.0.0.0/8, or the number of proxies',
      }),
      'must be a list',
    )
    .refine((trusted) => trusted.length < 2 || !trusted.some(isHopCount), {
      error: 'must be either a number of proxies or their addresses',
    })
    .default([])
    .describe(
      'Proxies that are believed whom they forward for in X-Forwarded-For, by address or network, or just how many there are on every way here.',
    ),
}).refine(
  ({ tlsCertFile, tlsKeyFile }) => (tlsCertFile === undefined) === (tlsKeyFile === undefined),
  { ...always, error: 'must name both, tlsCertFile and tlsKeyFile, or neither' },
);

const authorisation = section('What who asks may use.', {
  unauthorised: z
    .enum(['cut', 'refuse'], 'must be cut or refuse')
    .default('cut')
    .describe('What becomes of an operation with fields that who asks may not use.'),
  introspection: z
    .enum(['everyone', 'roles', 'nobody'], 'must be everyone, roles or nobody')
    .default('everyone')
    .describe('Who may ask for the schema.'),
  introspectionRoles: words('Roles of which one is enough to ask for the schema.'),
  policiesUrl: address
    .optional()
    .describe('Who knows which policies of `@policy` hold for whom; without it none does.'),
  policiesSecret: z
    .string()
    .optional()
    .describe('A secret: sent to it as bearer token, to prove that it is a router who asks.'),
  policiesTtlMs: milliseconds(5_000, 'Milliseconds that an answer about policies holds.'),
  planRoles: words(
    'Roles of which one is enough to see query plans, as Apollo Sandbox asks for them; without any nobody sees them.',
  ),
});

const denials = section(
  'What who asks was refused by name of its fields, told to others over Redis.',
  {
    tell: z
      .boolean('must be true or false')
      .default(false)
      .describe(
        'Whether fields that an identity may not use are told in the stream router.access-denied; without Redis they are not.',
      ),
    perMinute: count(600, 'Of all identities together; more are counted in the log.'),
    keep: count(10_000, 'The newest, about, that the stream keeps.'),
  },
);

const cache = section('Answers, and entities in them, that subgraphs allow to keep.', {
  enabled: z
    .boolean('must be true or false')
    .default(true)
    .describe('In memory, and in Redis where there is one.'),
  memoryBytes: count(67_108_864, 'Bytes that this process keeps.'),
  bodyBytes: count(1_048_576, 'Bytes above which one answer is not kept.'),
  maxTtlSeconds: count(86_400, 'Seconds for which anything is kept at most.').refine(
    (seconds) => seconds < 2 ** 32,
    'must be below 4294967296',
  ),
});

const live = section('Subscriptions.', {
  lingerMs: milliseconds(
    1_000,
    'Milliseconds that an upstream subscription outlives its last client.',
  ),
  keysPerStream: count(10_000, 'Keys of which one stream keeps the newest value for newcomers.'),
  sockets: count(50_000, 'Open WebSockets.'),
  subscriptions: count(200_000, 'Subscriptions in all.'),
  subscriptionsPerIdentity: count(1_000, 'Subscriptions of one identity.'),
  socketsPerAddress: count(
    12_500,
    'Open WebSockets of one network address, of IPv6 its first 64 bits.',
  ),
  subscriptionsPerAddress: count(
    50_000,
    'Subscriptions of one network address without an identity.',
  ),
  subscriptionsPerSocket: count(200, 'Subscriptions on one WebSocket.'),
  backlogBytes: count(
    131_072,
    'Bytes that may wait for one client before it gets only the newest of each key.',
  ),
  queueMessages: count(
    1_000,
    'Results above that in a stream whose every event counts, before a client is ended as too slow.',
  ),
  queueBytes: count(1_048_576, 'Bytes of those results.'),
  stuckMs: milliseconds(
    30_000,
    "Milliseconds that a client's backlog may stay full before it is closed.",
  ),
  drainMs: milliseconds(
    3_000,
    'Milliseconds within which clients are sent away when the router stops or the schema loses what they follow.',
  ),
  drainPerSecond: count(2_000, 'Clients sent away per second within that.'),
});

const limits = section('How large one operation may be: far above what people write.', {
  tokens: count(8_000, 'Lexical tokens.'),
  directives: count(500, 'Directives, as written.'),
  depth: count(24, 'Fields inside fields.'),
  height: count(3_000, 'Fields in all, those of a fragment as often as it is spread.'),
  aliases: count(300, 'Fields under another name, counted like height.'),
  rootFields: count(100, "Fields of the operation's root, counted like height."),
  introspectionFields: count(
    1_000,
    'Fields of and under __schema and __type, counted like height.',
  ),
});

const demand = section('What operations may cost, as @cost and @listSize in the schema say.', {
  operation: count(1_000_000, 'Cost of one operation, and of one event of a subscription.'),
  budget: count(
    1_000_000_000,
    'Cost within one window, of one identity, or of one network address without any.',
  ),
  windowS: whole(1)
    .max(86_400, 'must be at most 86400, a day')
    .default(60)
    .describe('Seconds of a window, at most a day.'),
  preparing: count(
    1_000_000,
    'Characters of operations that are not known yet and have to be validated and planned, within one window, of one identity or network address; both counts, each as 250 at least.',
  ),
  listSize: count(10, 'Elements of a list whose length nothing says.'),
  report: z
    .boolean('must be true or false')
    .default(true)
    .describe('Whether answers say in extensions.cost what they cost.'),
});

/** Modes that need a list. */
const LISTED: ReadonlySet<unknown> = new Set(['log', 'enforce']);

const persisted = section('Operations that are known by a hash.', {
  automatic: z
    .boolean('must be true or false')
    .default(true)
    .describe(
      'Whether clients may register operations by sending them once with their SHA-256 (automatic persisted queries).',
    ),
  automaticBytes: count(16_777_216, 'Bytes of those that are kept in memory.'),
  ttlSeconds: count(86_400, 'Seconds that one is kept without being used.'),
  manifest: z
    .string()
    .optional()
    .describe(
      "A file in Apollo's manifest format with operations that are known from the start; it may change while the router runs.",
    ),
  safelist: z
    .enum(['off', 'log', 'enforce'], 'must be off, log or enforce')
    .default('off')
    .describe(
      'What becomes of operations that are not in the manifest: served, served and logged by name, or refused.',
    ),
}).refine(({ safelist, manifest }) => !LISTED.has(safelist) || manifest !== undefined, {
  ...always,
  error: 'must name the list where persisted.safelist is not off',
  path: ['manifest'],
});

/** Everything that can be configured. */
export const RouterOptions = z
  .strictObject({
    port: port.default(4_000).describe('Where the API is.'),
    host: z
      .string()
      .default('127.0.0.1')
      .describe('The address to listen on; 0.0.0.0 in a container.'),
    adminPort: port
      .optional()
      .describe('Where health and metrics are; 10 above the port unless set.'),
    log: section('What is logged.', {
      level: z
        .enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`)
        .default('info')
        .describe('The least that is logged.'),
      pretty: z
        .boolean('must be true or false')
        .default(false)
        .describe('Readable lines instead of JSON.'),
    }),
    supergraph: section('What is served.', {
      file: z
        .string('must name the composed supergraph, a .graphql file, as --supergraph does')
        .describe('The composed supergraph; it may change while the router runs.'),
      urls: z
        .record(z.string(), address, 'must be addresses by name')
        .default({})
        .transform((urls) => new Map(Object.entries(urls)))
        .describe("Addresses of subgraphs by name, in place of the supergraph's."),
    }),
    redis: section('What all routers of one graph share; without it each keeps its own.', {
      url: z
        .url({
          protocol: /^rediss?$/,
          error: 'must be an address like redis://:password@host:6379',
        })
        .optional()
        .describe('A secret if it has a password.'),
      prefix: z.string().default('spyhop:').describe('Keeps graphs apart that share a Redis.'),
    }),
    subgraphs,
    headers,
    http,
    web,
    identity,
    authorisation,
    denials,
    cache,
    live,
    limits,
    demand,
    persisted,
  })
  .refine((options) => options.adminPort !== undefined || !(options.port > MOST_PORTS - 10), {
    ...always,
    error: `must be set where 10 above the port is above ${MOST_PORTS}`,
    path: ['adminPort'],
  })
  .refine(({ port, adminPort }) => port === 0 || port !== adminPort, {
    ...always,
    error: 'must be another than port',
    path: ['adminPort'],
  })
  .transform((options) => ({ ...options, adminPort: options.adminPort ?? options.port + 10 }));

export type RouterConfig = z.output<typeof RouterOptions>;
