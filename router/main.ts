import { systemClock } from '@spyhop/platform/clock';
import { type Log, createLog } from '@spyhop/platform/log';
import { startAdmin } from '@spyhop/platform/metrics';
import { type Stop, startAll } from '@spyhop/platform/shutdown';
import { type RouterConfig, readRouterConfig } from './config';
import { Answers } from './execute/answer';
import { type Ask, SubgraphClient } from './execute/subgraph-client';
import { Streams } from './live/streams';
import { UpstreamSockets } from './live/upstream-sockets';
import { type RouterMetrics, createRouterMetrics } from './metrics';
import { type Graph, prepareGraph } from './plan/graph';
import { watchSupergraph } from './supergraph/watch';
import { GRAPHQL_PATH, createHttp } from './transport/http';
import { createStartOperation } from './transport/operations';
import { requestIdOf } from './transport/request-id';
import { serveWebSockets } from './transport/websocket';

const INIT_TIMEOUT_MS = 3_000;
const MAX_BATCH = 10;
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
  const log = createLog({ name: 'router', ...config.log });
  const metrics = createRouterMetrics();
  let serving = false;
  const stop = await startAll(
    [
      () =>
        startAdmin({
          port: config.adminPort,
          host: config.host,
          metrics: metrics.registry,
          ready: async () => ({ schema: serving }),
        }),
      () => serve(config, metrics, log),
    ],
    log,
  );
  serving = true;
  log.info({ port: config.port }, 'the router listens');
  return stop;
}

async function serve(config: RouterConfig, metrics: RouterMetrics, log: Log): Promise<Stop> {
  const { limits, origins, staticDir } = config;
  const newRequestId = (): string => requestIdOf(undefined);
  const client = new SubgraphClient({
    resilience: () => ({ ...RESILIENCE, timeoutMs: config.subgraphTimeoutMs }),
    metrics,
    log,
  });
  let served: Graph | undefined;
  const stopWatching = await watchSupergraph(
    { ...config.supergraph, pollMs: SUPERGRAPH_POLL_MS },
    async (supergraph) => {
      served = await prepareGraph(supergraph, limits, served);
      client.use(supergraph.urls);
    },
    log,
  );
  const graph = (): Graph => {
    if (!served) throw new Error('no supergraph is loaded');
    return served;
  };
  const { supergraph } = graph();
  const sockets = new UpstreamSockets(supergraph.urls, log);
  const ask: Ask = (request) => client.ask(request);
  const streams = new Streams(
    {
      supergraph,
      sockets,
      ask,
      clock: systemClock,
      random: Math.random,
      newRequestId,
      metrics,
      log,
      backlog: config.backlog,
      maxKeys: config.live.maxKeys,
    },
    config.live.lingerMs,
  );
  const answers = new Answers({ graph, ask, metrics, log });
  const app = await createHttp({
    answers,
    origins,
    staticDir,
    maxBodyBytes: limits.messageBytes,
    maxBatch: MAX_BATCH,
    log,
  });
  const startOperation = createStartOperation({
    graph,
    streams,
    answers,
    newRequestId,
    log,
  });
  return startAll(
    [
      async () => () => client.close(),
      async () => stopWatching,
      async () => async () => sockets.close(),
      async () => async () => streams.close(),
      async () => {
        await app.listen({ port: config.port, host: config.host });
        return () => app.close();
      },
      async () =>
        serveWebSockets({
          server: app.server,
          path: GRAPHQL_PATH,
          startOperation,
          origins,
          limits: {
            initTimeoutMs: INIT_TIMEOUT_MS,
            subscriptions: limits.subscriptionsPerSocket,
            messageBytes: limits.messageBytes,
          },
          metrics,
        }),
    ],
    log,
  );
}
