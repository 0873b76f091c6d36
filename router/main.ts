import { resolve } from 'node:path';
import { systemClock } from '@spyhop/platform/clock';
import { type Log, createLog } from '@spyhop/platform/log';
import { startAdmin } from '@spyhop/platform/metrics';
import { type RedisSpace, connectRedis } from '@spyhop/platform/redis';
import { type Stop, startAll } from '@spyhop/platform/shutdown';
import { ROUTER_KEYS_PATH } from '@spyhop/platform/signed-identity';
import { RouterCache } from './cache/router-cache';
import {
  authorisationBy,
  budgetBy,
  denialsBy,
  followRevocations,
  identifier,
  introspectionAccess,
} from './compose/guards';
import { clientBy, newRequestId, spreadBy, streamsBy, upstreamsBy } from './compose/subgraphs';
import type { RouterConfig } from './config/options';
import { readRouterConfig } from './config/read';
import { checkSubgraphNames } from './config/subgraph-names';
import { Answers, type GraphqlRequest } from './execute/answer';
import type { Ask } from './execute/subgraph-client';
import { Demand } from './guard/demand';
import { HeaderRules } from './guard/header-rules';
import { type IdentitySigner, createIdentitySigner } from './guard/signed-identity';
import { startPersisted } from './guard/start-persisted';
import { Sessions } from './live/sessions';
import { type RouterMetrics, createRouterMetrics } from './metrics';
import { type Graph, prepareGraph } from './plan/graph';
import type { LoadedSupergraph } from './supergraph/load';
import { watchSupergraph } from './supergraph/watch';
import { createAddressOf } from './transport/client-address';
import { GRAPHQL_PATH, createHttp } from './transport/http';
import { createStartOperation, isSubscription, planAnewIn } from './transport/operations';
import { foreignOrigins } from './transport/origins';
import { type TlsFiles, followCredentials, readCredentials } from './transport/tls';
import { serveWebSockets } from './transport/websocket';

const INIT_TIMEOUT_MS = 3_000;
const SUPERGRAPH_POLL_MS = 1_000;
const CERTIFICATE_POLL_MS = 1_000;

/** Serves a supergraph as one graph. */
export async function start(env: NodeJS.ProcessEnv): Promise<Stop> {
  const config = readRouterConfig(env);
  const log = createLog({ name: 'router', ...config.log, together: true });
  const metrics = createRouterMetrics();
  const { signingKey, passedClaims: claims } = config.identity;
  const signer = signingKey
    ? await createIdentitySigner({ key: signingKey, claims, clock: systemClock })
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

async function serve(config: RouterConfig, shared: Shared): Promise<Stop> {
  const { cache, redis, metrics, log } = shared;
  const tlsFiles = tlsFilesOf(config);
  const tls = tlsFiles && (await readCredentials(tlsFiles));
  const headers = new HeaderRules(config.headers);
  const asking = { ...shared, headers };
  const client = clientBy(config, asking);
  const ask: Ask = (request) => client.ask(request);
  const upstreams = upstreamsBy(config, log);
  const streams = streamsBy(config, ask, upstreams, asking);
  const served = new Served(config, shared, (graph) => {
    client.use(graph.supergraph.urls);
    upstreams.use(graph.supergraph.urls);
    streams.swap(planAnewIn(graph));
  });
  const graph = (): Graph => served.graph;
  const persisted = await startPersisted(config, {
    redis,
    prepare: (query, name) => graph().operations.prepare(query, name),
    metrics,
    log,
  });
  const stopWatching = await served.watch();
  await graph().operations.warm(persisted.listed);
  const textOf = (asked: GraphqlRequest) => persisted.operations.textOf(asked);
  const budget = budgetBy(config, redis);
  const demand = new Demand({ operation: config.demand.operation, budget, metrics });
  const denials = denialsBy(config, redis, log);
  const answers = new Answers({
    graph,
    textOf,
    subgraphs: client,
    demand,
    reportCost: config.demand.report,
    introspection: introspectionAccess(config),
    planRoles: config.authorisation.planRoles,
    denials,
    cache,
    headers,
    metrics,
    log,
  });
  const clock = systemClock;
  const revocations = followRevocations(redis, () => sessions.endRevoked(), log);
  const sessions = new Sessions(revocations.isRevoked);
  const operations = { graph, textOf, streams, answers, demand, denials, newRequestId, clock, log };
  const clients = {
    startOperation: createStartOperation(operations),
    identify: identifier(config, revocations, log),
    headersOf: (...client: Parameters<typeof headers.ofClient>) => headers.ofClient(...client),
    addressOf: createAddressOf(config.http.trustProxy),
    sessions,
    origins: foreignOrigins(config.web),
    clock,
  };
  const app = await createHttp({
    ...clients,
    answers,
    forwardedHeaders: headers.forwarded,
    respondedHeaders: headers.responded,
    isSubscription: (asked) => isSubscription(asked, { graph, textOf }),
    hasSandbox: config.web.sandbox === 'everyone',
    tls,
    styleHashes: config.web.styleHashes,
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
      async () => async () => revocations.close(),
      async () => stopWatching,
      async () => () => upstreams.close(),
      async () => {
        await app.listen({ port: config.port, host: config.host });
        return () => app.close();
      },
      async () =>
        tlsFiles
          ? followCredentials(app.server, tlsFiles, { pollMs: CERTIFICATE_POLL_MS, log })
          : async () => undefined,
      // Clients over HTTP are told before their connections are closed; those on WebSockets come first.
      async () => () => streams.close(),
      async () =>
        serveWebSockets({
          ...clients,
          server: app.server,
          path: GRAPHQL_PATH,
          spread: spreadBy(config),
          limits: {
            connections: config.live.sockets,
            initTimeoutMs: INIT_TIMEOUT_MS,
            subscriptions: config.live.subscriptionsPerSocket,
            messageBytes: config.http.messageBytes,
          },
          metrics,
        }),
    ],
    log,
  );
}

const tlsFilesOf = ({ http }: RouterConfig): TlsFiles | null => {
  const { tlsCertFile: certFile, tlsKeyFile: keyFile } = http;
  return certFile === undefined || keyFile === undefined ? null : { certFile, keyFile };
};

/** The graph that is served now. */
class Served {
  private current: Graph | undefined;

  constructor(
    private readonly config: RouterConfig,
    private readonly shared: Shared,
    private readonly onGraph: (graph: Graph) => void,
  ) {}

  get graph(): Graph {
    if (!this.current) throw new Error('no supergraph is loaded');
    return this.current;
  }

  /** Loads the supergraph, and whatever takes its place. */
  watch(): Promise<Stop> {
    const { file, urls } = this.config.supergraph;
    return watchSupergraph(
      { file: resolve(file), urls, pollMs: SUPERGRAPH_POLL_MS },
      (supergraph) => this.use(supergraph),
      this.shared.log,
    );
  }

  private async use(supergraph: LoadedSupergraph): Promise<void> {
    const { config, shared } = this;
    const { limits, demand } = config;
    if (!this.current) checkSubgraphNames(config, supergraph.urls);
    const authorise = authorisationBy(config, shared.log);
    const caches = shared.cache !== null;
    const options = { limits, authorise, listSize: demand.listSize, caches };
    this.current = await prepareGraph(supergraph, options, this.current);
    if (this.current.cache) shared.cache?.use(this.current.cache);
    this.onGraph(this.current);
  }
}
