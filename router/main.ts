import { resolve } from 'node:path';
import { systemClock } from '@spyhop/platform/clock';
import { type Log, createLog } from '@spyhop/platform/log';
import { startAdmin } from '@spyhop/platform/metrics';
import { type RedisSpace, connectRedis } from '@spyhop/platform/redis';
import { type Stop, startAll } from '@spyhop/platform/shutdown';
import { ROUTER_KEYS_PATH } from '@spyhop/platform/signed-identity';
import { RouterCache } from './cache/router-cache';
import type { RouterConfig } from './config/options';
import { readRouterConfig } from './config/read';
import { checkSubgraphNames } from './config/subgraph-names';
import { resilienceOf } from './config/subgraph-options';
import { Answers, type GraphqlRequest } from './execute/answer';
import { Budget } from './guard/budget';
import { Demand } from './guard/demand';
import { askForApiKeys, rememberApiKeys } from './guard/api-keys';
import { type EvaluatePolicies, refuseAllPolicies } from './guard/authorise';
import { HeaderRules } from './guard/header-rules';
import { type Identify, createIdentities } from './guard/identity';
import type { IntrospectionAccess } from './guard/introspection';
import { askForPolicies } from './guard/policies';
import { type IdentitySigner, createIdentitySigner } from './guard/signed-identity';
import { startPersisted } from './guard/start-persisted';
import { type Ask, SubgraphClient } from './execute/subgraph-client';
import { Streams } from './live/streams';
import { UpstreamConnections } from './live/upstream-connections';
import { type RouterMetrics, createRouterMetrics } from './metrics';
import { type Graph, prepareGraph } from './plan/graph';
import { watchSupergraph } from './supergraph/watch';
import { createAddressOf } from './transport/client-address';
import { GRAPHQL_PATH, createHttp } from './transport/http';
import { createStartOperation, isSubscription, planAnewIn } from './transport/operations';
import { foreignOrigins } from './transport/origins';
import { requestIdOf } from './transport/request-id';
import { serveWebSockets } from './transport/websocket';

const INIT_TIMEOUT_MS = 3_000;
const API_KEYS_TIMEOUT_MS = 3_000;
const MOST_API_KEYS = 10_000;
const POLICIES_TIMEOUT_MS = 3_000;
const MOST_POLICY_ANSWERS = 10_000;
const SUPERGRAPH_POLL_MS = 1_000;
/** Serves a supergraph as one graph. */
export async function start(env: NodeJS.ProcessEnv): Promise<Stop> {
  const config = readRouterConfig(env);
  const log = createLog({ name: 'router', ...config.log, together: true });
  const metrics = createRouterMetrics();
  const { signingKey } = config.identity;
  const signer = signingKey
    ? await createIdentitySigner({ key: signingKey, clock: systemClock })
    : null;
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
          documents: signer ? { [ROUTER_KEYS_PATH]: signer.publicKeys } : {},
        }),
      () => serve(config, { signer, redis, cache, metrics, log }),
    ],
    log,
  );
  serving = true;
  log.info({ port: config.port }, 'the router listens');
  return stop;
}

interface Shared {
  /** Null where subgraphs are not told who asks. */
  signer: IdentitySigner | null;
  /** Null where each router keeps its own. */
  redis: RedisSpace | null;
  /** Null where nothing is cached. */
  cache: RouterCache | null;
  metrics: RouterMetrics;
  log: Log;
}

async function serve(
  config: RouterConfig,
  { signer, redis, cache, metrics, log }: Shared,
): Promise<Stop> {
  const { limits, live, demand } = config;
  const origins = foreignOrigins(config.web);
  const spread = { mostMs: live.drainMs, perSecond: live.drainPerSecond };
  const newRequestId = (): string => requestIdOf(undefined);
  const identify = identifier(config, log);
  const headers = new HeaderRules(config.headers);
  const headersOf = (source: Parameters<typeof headers.ofClient>[0]) => headers.ofClient(source);
  const client = new SubgraphClient({
    resilience: (subgraph) => resilienceOf(config.subgraphs, subgraph),
    signer,
    headers,
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
      headersFor: async (source, subgraph) => ({
        ...headers.requestTo(subgraph, source.headers),
        ...(signer && { [signer.header]: await signer.sign(source.identity, subgraph) }),
      }),
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
    headers,
    limits: { inAll: live.subscriptions, perIdentity: live.subscriptionsPerIdentity },
    spread,
  });
  const authorise = {
    unauthorised: config.authorisation.unauthorised,
    policies: policies(config),
    log,
  };
  let served: Graph | undefined;
  const graph = (): Graph => {
    if (!served) throw new Error('no supergraph is loaded');
    return served;
  };
  const persisted = await startPersisted(config, {
    redis,
    prepare: (query, name) => graph().operations.prepare(query, name),
    metrics,
    log,
  });
  const textOf = (asked: GraphqlRequest) => persisted.operations.textOf(asked);
  const stopWatching = await watchSupergraph(
    {
      file: resolve(config.supergraph.file),
      urls: config.supergraph.urls,
      pollMs: SUPERGRAPH_POLL_MS,
    },
    async (supergraph) => {
      if (!served) checkSubgraphNames(config, supergraph.urls);
      served = await prepareGraph(
        supergraph,
        { limits, authorise, listSize: demand.listSize, caches: cache !== null },
        served,
      );
      if (served.cache) cache?.use(served.cache);
      client.use(supergraph.urls);
      upstreams.use(supergraph.urls);
      streams.swap(planAnewIn(served));
    },
    log,
  );
  await graph().operations.warm(persisted.listed);
  const { budget: cost, windowS } = demand;
  const budget = new Budget({ cost, windowS, redis: redis && redis.client });
  const demandControl = new Demand({ operation: demand.operation, budget, metrics });
  const answers = new Answers({
    graph,
    textOf,
    ask,
    demand: demandControl,
    reportCost: demand.report,
    introspection: introspectionAccess(config),
    planRoles: config.authorisation.planRoles,
    cache,
    metrics,
    log,
  });
  const startOperation = createStartOperation({
    graph,
    textOf,
    streams,
    answers,
    demand: demandControl,
    newRequestId,
    clock: systemClock,
    log,
  });
  const addressOf = createAddressOf(config.http.trustProxies);
  const app = await createHttp({
    answers,
    identify,
    headersOf,
    forwardedHeaders: headers.forwarded,
    respondedHeaders: headers.responded,
    addressOf,
    startOperation,
    isSubscription: (asked) => isSubscription(asked, { graph, textOf }),
    clock: systemClock,
    origins,
    hasSandbox: config.web.sandbox === 'everyone',
    staticDir: config.web.folder === undefined ? null : resolve(config.web.folder),
    maxBodyBytes: config.http.messageBytes,
    requestTimeoutMs: config.http.requestTimeoutMs,
    maxBatch: config.http.batch,
    log,
  });
  return startAll(
    [
      async () => persisted.stop,
      async () => () => client.close(),
      async () => async () => budget.close(),
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
          headersOf,
          addressOf,
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

const policies = ({ authorisation }: RouterConfig): EvaluatePolicies =>
  authorisation.policiesUrl
    ? askForPolicies({
        url: authorisation.policiesUrl,
        timeoutMs: POLICIES_TIMEOUT_MS,
        ttlMs: authorisation.policiesTtlMs,
        max: MOST_POLICY_ANSWERS,
        clock: systemClock,
      })
    : refuseAllPolicies;

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
