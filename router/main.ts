import { resolve } from 'node:path';
import { systemClock } from '@spyhop/platform/clock';
import { type Log, createLog } from '@spyhop/platform/log';
import { startAdmin } from '@spyhop/platform/metrics';
import { type RedisSpace, connectRedis } from '@spyhop/platform/redis';
import { type Stop, startAll } from '@spyhop/platform/shutdown';
import { ROUTER_KEYS_PATH } from '@spyhop/platform/signed-identity';
import { RouterCache } from './cache/router-cache';
import {
  accessOf,
  authorisationBy,
  budgetBy,
  denialsBy,
  followRevocations,
  identifier,
  turnsBy,
} from './compose/guards';
import { type Files, readConfigured, tlsFilesOf } from './compose/files';
import { clientBy, newRequestId, spreadBy, streamsBy, upstreamsBy } from './compose/subgraphs';
import type { RouterConfig } from './config/options';
import { Answers, type GraphqlRequest } from './execute/answer';
import type { Ask } from './execute/subgraph-client';
import { Demand } from './guard/demand';
import { HeaderRules } from './guard/header-rules';
import { IdentityKeys } from './guard/identity-keys';
import { startPersisted } from './guard/start-persisted';
import type { Turns } from './guard/turns';
import { Sessions } from './live/sessions';
import { type RouterMetrics, createRouterMetrics } from './metrics';
import { type Graph, prepareGraph } from './plan/graph';
import type { ExpectedOperation, WhoPays } from './plan/operations';
import type { LoadedSupergraph } from './supergraph/load';
import { watchSupergraph } from './supergraph/watch';
import { createAddressOf } from './transport/client-address';
import { GRAPHQL_PATH, closeHttp, createHttp } from './transport/http';
import { createStartOperation, isSubscription, planAnewIn } from './transport/operations';
import { foreignOrigins } from './transport/origins';
import { followCredentials } from './transport/tls';
import { serveWebSockets } from './transport/websocket';

const INIT_TIMEOUT_MS = 3_000;
const SOCKET_HEARTBEAT_MS = 15_000;
const SUPERGRAPH_POLL_MS = 1_000;
const CERTIFICATE_POLL_MS = 1_000;

/** Serves a supergraph as one graph. */
export async function start(env: NodeJS.ProcessEnv): Promise<Stop> {
  const { config, files } = await readConfigured(env);
  const log = createLog({ name: 'router', ...config.log, together: true });
  const metrics = createRouterMetrics();
  const { signer } = files;
  let state: 'starting' | 'serving' | 'stopping' = 'starting';
  const isStopping = (): boolean => state === 'stopping';
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
          ready: async () => ({ schema: state === 'serving' }),
          documents: signer ? { [ROUTER_KEYS_PATH]: signer.publicKeys } : {},
        }),
      () => serve(config, { ...files, redis, cache, metrics, log, isStopping }),
    ],
    log,
  );
  state = 'serving';
  log.info({ port: config.port }, 'the router listens');
  return () => {
    state = 'stopping';
    return stop();
  };
}

interface Shared extends Files {
  /** Null where each router keeps its own. */
  redis: RedisSpace | null;
  /** Null where nothing is cached. */
  cache: RouterCache | null;
  metrics: RouterMetrics;
  log: Log;
  /** From now on others are to be asked. */
  isStopping: () => boolean;
}

async function serve(config: RouterConfig, shared: Shared): Promise<Stop> {
  const { tls, cache, redis, metrics, log, isStopping } = shared;
  const tlsFiles = tlsFilesOf(config);
  const headers = new HeaderRules(config.headers);
  const identityKeys = new IdentityKeys(config.identity.passedClaims);
  const asking = { ...shared, headers };
  const client = clientBy(config, asking);
  const ask: Ask = (request) => client.ask(request);
  const upstreams = upstreamsBy(config, log);
  const streams = streamsBy(config, ask, upstreams, asking);
  const served = new Served(
    config,
    { ...shared, turns: turnsBy(config, metrics) },
    {
      followed: () => streams.followed(),
      onGraph: (graph) => {
        client.use(graph.supergraph.urls);
        upstreams.use(graph.supergraph.urls);
        streams.swap(planAnewIn(graph));
      },
    },
  );
  const graph = (): Graph => served.graph;
  const persisted = startPersisted(config, {
    manifest: shared.manifest,
    redis,
    prepare: (query, name, payer) => graph().operations.prepare(query, name, { payer }),
    metrics,
    log,
  });
  const stopWatching = await served.watch();
  await graph().operations.warm(persisted.listed);
  const textOf = (asked: GraphqlRequest, payer: WhoPays) =>
    persisted.operations.textOf(asked, payer);
  const budget = budgetBy(config, redis);
  const demand = new Demand({ operation: config.demand.operation, budget, metrics });
  const denials = denialsBy(config, redis, log);
  const answers = new Answers({
    graph,
    textOf,
    subgraphs: client,
    demand,
    reportCost: config.demand.report,
    introspection: accessOf(
      config.authorisation.introspection,
      config.authorisation.introspectionRoles,
    ),
    planRoles: config.authorisation.planRoles,
    denials,
    cache,
    headers,
    identityKeys,
    metrics,
    log,
  });
  const clock = systemClock;
  const revocations = followRevocations(config, redis, () => sessions.endRevoked(), log);
  const sessions = new Sessions(revocations.isRevoked);
  const operations = {
    ...{ graph, textOf, streams, answers, demand, denials, identityKeys },
    ...{ newRequestId, clock, log },
  };
  const clients = {
    startOperation: createStartOperation(operations),
    identify: identifier(config, revocations, log),
    headersOf: (...client: Parameters<typeof headers.ofClient>) => headers.ofClient(...client),
    addressOf: createAddressOf(config.http.trustProxy),
    sessions,
    identityKeys,
    origins: foreignOrigins(config.web),
    credentials: config.web.credentials,
    clock,
  };
  const app = await createHttp({
    ...clients,
    answers,
    forwardedHeaders: headers.forwarded,
    respondedHeaders: headers.responded,
    isSubscription: (asked, payer) => isSubscription(asked, payer, { graph, textOf }),
    sandbox: accessOf(config.web.sandbox, config.web.sandboxRoles),
    tls,
    styleHashes: config.web.styleHashes,
    staticDir: config.web.folder === undefined ? null : resolve(config.web.folder),
    maxBodyBytes: config.http.messageBytes,
    requestTimeoutMs: config.http.requestTimeoutMs,
    maxBatch: config.http.batch,
    isStopping,
    log,
  });
  return startAll(
    [
      async () => persisted.stop,
      async () => () => client.close(),
      async () => async () => budget.close(),
      async () => async () => revocations.close(),
      async () => stopWatching,
      async () => async () => graph().supergraph.planning.retire(),
      async () => () => upstreams.close(),
      async () => {
        await app.listen({ port: config.port, host: config.host });
        return () => closeHttp(app, config.http.drainMs);
      },
      async () =>
        tlsFiles
          ? followCredentials(app.server, tlsFiles, { pollMs: CERTIFICATE_POLL_MS, log })
          : async () => undefined,
      // Streams over HTTP are ended before their connections are closed; those on WebSockets come first.
      async () => () => streams.close(),
      async () =>
        serveWebSockets({
          ...clients,
          server: app.server,
          path: GRAPHQL_PATH,
          spread: spreadBy(config),
          drainMs: config.http.drainMs,
          heartbeatMs: SOCKET_HEARTBEAT_MS,
          refused: (request) => answers.refused(request),
          limits: {
            connections: config.live.sockets,
            connectionsPerAddress: config.live.socketsPerAddress,
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

/** The graph that is served now. */
class Served {
  private current: Graph | undefined;

  constructor(
    private readonly config: RouterConfig,
    private readonly shared: Shared & { turns: Turns },
    private readonly streams: {
      /** What they follow. */
      followed: () => readonly ExpectedOperation[];
      onGraph: (graph: Graph) => void;
    },
  ) {}

  get graph(): Graph {
    if (!this.current) throw new Error('no supergraph is loaded');
    return this.current;
  }

  /** Serves the supergraph, and whatever takes its place. */
  watch(): Promise<Stop> {
    const { file, urls } = this.config.supergraph;
    return watchSupergraph(
      { file: resolve(file), urls, pollMs: SUPERGRAPH_POLL_MS },
      this.shared.supergraph,
      (supergraph) => this.use(supergraph),
      this.shared.log,
    );
  }

  private async use(supergraph: LoadedSupergraph): Promise<void> {
    const { config, shared } = this;
    const { limits, demand, authorisation } = config;
    const authorise = authorisationBy(config, shared.log);
    const caches = shared.cache !== null;
    const isSchemaPublic = authorisation.introspection === 'everyone';
    const { listSize } = demand;
    const { turns } = shared;
    const options = { limits, authorise, listSize, caches, isSchemaPublic, turns };
    const former = this.current;
    const prepare = async (): Promise<Graph> => {
      const graph = await prepareGraph(supergraph, options, former);
      await graph.operations.warm(this.streams.followed());
      return graph;
    };
    const next = await prepare().catch((err: unknown) => {
      supergraph.planning.retire();
      throw err;
    });
    this.current = next;
    if (next.cache) shared.cache?.use(next.cache);
    this.streams.onGraph(next);
    former?.supergraph.planning.retire();
  }
}
