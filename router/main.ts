import { resolve } from 'node:path';
import { systemClock } from '@spyhop/platform/clock';
import { type Log, createLog } from '@spyhop/platform/log';
import { startAdmin } from '@spyhop/platform/metrics';
import { connectRedis } from '@spyhop/platform/redis';
import { type Stop, startAll } from '@spyhop/platform/shutdown';
import { RouterCache } from './cache/router-cache';
import type { RouterConfig } from './config/options';
import { readRouterConfig } from './config/read';
import { Answers } from './execute/answer';
import { askForApiKeys, rememberApiKeys } from './guard/api-keys';
import { refuseAllPolicies } from './guard/authorise';
import { type Identify, createIdentities } from './guard/identity';
import type { IntrospectionAccess } from './guard/introspection';
import { createIdentitySigner } from './guard/signed-identity';
import { type Ask, SubgraphClient } from './execute/subgraph-client';
import { Streams } from './live/streams';
import { UpstreamConnections } from './live/upstream-connections';
import { type RouterMetrics, createRouterMetrics } from './metrics';
import { type Graph, prepareGraph } from './plan/graph';
import { watchSupergraph } from './supergraph/watch';
import { GRAPHQL_PATH, createHttp } from './transport/http';
import { createStartOperation, isSubscription, planAnewIn } from './transport/operations';
import { requestIdOf } from './transport/request-id';
import { serveWebSockets } from './transport/websocket';

const INIT_TIMEOUT_MS = 3_000;
const API_KEYS_TIMEOUT_MS = 3_000;
const MOST_API_KEYS = 10_000;
const SUPERGRAPH_POLL_MS = 1_000;
const RESILIENCE = {
  concurrency: 512,
  queue: 4_096,
  breakAfter: 20,
  openMs: 1_000,
  retryShare: 0.2,
};

/** Serves a supergraph as one graph. */
export async function start(env: NodeJS.ProcessEnv): Promise<Stop> {
  const config = readRouterConfig(env);
  const log = createLog({ name: 'router', ...config.log, together: true });
  const metrics = createRouterMetrics();
  let serving = false;
  const { url: redisUrl, prefix } = config.redis;
  const redis = redisUrl === undefined ? null : connectRedis({ url: redisUrl, prefix, log });
  const cache = config.cache.enabled
    ? new RouterCache({ ...config.cache, redis, metrics, clock: systemClock, log })
    : null;
  const stop = await startAll(
    [
      async () => async () => redis?.close(),
      async () => async () => cache?.close(),
      () =>
        startAdmin({
          port: config.adminPort,
          host: config.host,
          metrics: metrics.registry,
          ready: async () => ({ schema: serving }),
        }),
      () => serve(config, { cache, metrics, log }),
    ],
    log,
  );
  serving = true;
  log.info({ port: config.port }, 'the router listens');
  return stop;
}

interface Shared {
  /** Null where nothing is cached. */
  cache: RouterCache | null;
  metrics: RouterMetrics;
  log: Log;
}

async function serve(config: RouterConfig, { cache, metrics, log }: Shared): Promise<Stop> {
  const { limits, live } = config;
  const { origins } = config.web;
  const spread = { mostMs: live.drainMs, perSecond: live.drainPerSecond };
  const newRequestId = (): string => requestIdOf(undefined);
  const { signingKey } = config.identity;
  const signer = signingKey
    ? await createIdentitySigner({ key: signingKey, clock: systemClock })
    : null;
  const identify = identifier(config, log);
  const client = new SubgraphClient({
    resilience: () => ({ ...RESILIENCE, timeoutMs: config.subgraphs.timeoutMs }),
    signer,
    metrics,
    log,
  });
  const ask: Ask = (request) => client.ask(request);
  const overSse = new Set(config.subgraphs.serverSentEvents);
  const upstreams = new UpstreamConnections({
    transportOf: (subgraph) => (overSse.has(subgraph) ? 'sse' : 'websocket'),
    log,
  });
  const streams = new Streams({
    services: {
      subscribeAt: (...subscription) => upstreams.subscribe(...subscription),
      headersFor: async (identity, subgraph) =>
        signer && { [signer.header]: await signer.sign(identity, subgraph) },
      ask,
      clock: systemClock,
      random: Math.random,
      newRequestId,
      metrics,
      log,
      backlog: {
        bytes: live.backlogBytes,
        stuckMs: live.stuckMs,
        queue: { messages: live.queueMessages, bytes: live.queueBytes },
      },
      maxKeys: live.keysPerStream,
      lingerMs: live.lingerMs,
    },
    limits: { inAll: live.subscriptions, perIdentity: live.subscriptionsPerIdentity },
    spread,
  });
  const authorise = {
    unauthorised: config.authorisation.unauthorised,
    policies: refuseAllPolicies,
    log,
  };
  let served: Graph | undefined;
  const stopWatching = await watchSupergraph(
    {
      file: resolve(config.supergraph.file),
      urls: config.supergraph.urls,
      pollMs: SUPERGRAPH_POLL_MS,
    },
    async (supergraph) => {
      served = await prepareGraph(
        supergraph,
        { limits, authorise, caches: cache !== null },
        served,
      );
      if (served.cache) cache?.use(served.cache);
      client.use(supergraph.urls);
      upstreams.use(supergraph.urls);
      streams.swap(planAnewIn(served));
    },
    log,
  );
  const graph = (): Graph => {
    if (!served) throw new Error('no supergraph is loaded');
    return served;
  };
  const answers = new Answers({
    graph,
    ask,
    introspection: introspectionAccess(config),
    cache,
    metrics,
    log,
  });
  const startOperation = createStartOperation({ graph, streams, answers, newRequestId, log });
  const app = await createHttp({
    answers,
    identify,
    startOperation,
    isSubscription: (asked) => isSubscription(graph(), asked),
    clock: systemClock,
    origins,
    staticDir: config.web.folder === undefined ? null : resolve(config.web.folder),
    maxBodyBytes: config.http.messageBytes,
    requestTimeoutMs: config.http.requestTimeoutMs,
    maxBatch: config.http.batch,
    log,
  });
  return startAll(
    [
      async () => () => client.close(),
      async () => stopWatching,
      async () => () => upstreams.close(),
      async () => {
        await app.listen({ port: config.port, host: config.host });
        return () => app.close();
      },
      // Clients over HTTP are told before their connections are closed; those on WebSockets come first.
      async () => () => streams.close(),
      async () =>
        serveWebSockets({
          server: app.server,
          path: GRAPHQL_PATH,
          startOperation,
          identify,
          clock: systemClock,
          origins,
          spread,
          limits: {
            connections: live.sockets,
            initTimeoutMs: INIT_TIMEOUT_MS,
            subscriptions: live.subscriptionsPerSocket,
            messageBytes: config.http.messageBytes,
          },
          metrics,
        }),
    ],
    log,
  );
}

const introspectionAccess = ({ authorisation }: RouterConfig): IntrospectionAccess =>
  authorisation.introspection === 'roles'
    ? { roles: authorisation.introspectionRoles }
    : authorisation.introspection;

function identifier({ identity }: RouterConfig, log: Log): Identify {
  const { jwksUrl, apiKeysUrl, apiKeysTtlMs } = identity;
  const clock = systemClock;
  const tokens = jwksUrl
    ? {
        keys: { url: jwksUrl },
        issuers: identity.jwtIssuers,
        audiences: identity.jwtAudiences,
        skewMs: identity.jwtSkewMs,
      }
    : null;
  const apiKeys = apiKeysUrl
    ? rememberApiKeys(
        askForApiKeys({ url: apiKeysUrl, headers: {}, timeoutMs: API_KEYS_TIMEOUT_MS, log }),
        { ttlMs: apiKeysTtlMs, max: MOST_API_KEYS, clock },
      )
    : null;
  if (!tokens && !apiKeys) return async () => null;
  return createIdentities({ tokens, apiKeys, clock, log });
}
