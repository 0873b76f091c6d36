import { systemClock } from '@spyhop/platform/clock';
import type { Log } from '@spyhop/platform/log';
import type { RouterConfig } from '../config/options';
import { resilienceOf, silenceOf, subscriptionUrlOf } from '../config/subgraph-options';
import { type Ask, SubgraphClient } from '../execute/subgraph-client';
import type { HeaderRules } from '../guard/header-rules';
import type { IdentitySigner } from '../guard/signed-identity';
import { LossLog } from '../live/lost';
import type { Spread } from '../live/spread';
import { Streams } from '../live/streams';
import { UpstreamConnections } from '../live/upstream-connections';
import { type RouterMetrics, showFigure } from '../metrics';
import { requestIdOf } from '../transport/request-id';

/** What subgraphs are asked with. */
export interface Asking {
  /** Null where they are not told who asks. */
  signer: IdentitySigner | null;
  headers: HeaderRules;
  metrics: RouterMetrics;
  log: Log;
}

/** An id for what no request brought. */
export const newRequestId = (): string => requestIdOf(undefined);

/** Asks subgraphs for queries, mutations and entities. */
export const clientBy = (config: RouterConfig, asking: Asking): SubgraphClient =>
  new SubgraphClient({
    ...asking,
    resilience: (subgraph) => resilienceOf(config.subgraphs, subgraph),
  });

/** Follows subscriptions of subgraphs. */
export function upstreamsBy({ subgraphs }: RouterConfig, log: Log): UpstreamConnections {
  const overSse = new Set(subgraphs.serverSentEvents);
  const transportOf = (subgraph: string) => (overSse.has(subgraph) ? 'sse' : 'websocket');
  return new UpstreamConnections({
    transportOf,
    urlOf: (subgraph, routingUrl) => subscriptionUrlOf(subgraphs, subgraph, routingUrl),
    initOf: (subgraph) => subgraphs.named[subgraph]?.connectionInit,
    silenceOf: (subgraph) => silenceOf(subgraphs, subgraph),
    log,
  });
}

/** How fast clients are sent away. */
export const spreadBy = ({ live }: RouterConfig): Spread => ({
  mostMs: live.drainMs,
  perSecond: live.drainPerSecond,
});

/** Serves subscriptions. */
export function streamsBy(
  config: RouterConfig,
  ask: Ask,
  upstreams: UpstreamConnections,
  { signer, headers, metrics, log }: Asking,
): Streams {
  const { live } = config;
  const streams = new Streams({
    services: {
      subscribeAt: (...subscription) => upstreams.subscribe(...subscription),
      headersFor: ({ identity, headers: given }, subgraph, payload) => ({
        ...headers.requestTo(subgraph, given),
        ...(signer && {
          [signer.header]: signer.sign(identity, subgraph, upstreams.textOf(subgraph, payload)),
        }),
      }),
      ask,
      clock: systemClock,
      random: Math.random,
      newRequestId,
      metrics,
      losses: new LossLog(log),
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
    limits: {
      inAll: live.subscriptions,
      perIdentity: live.subscriptionsPerIdentity,
      perAddress: live.subscriptionsPerAddress,
    },
    spread: spreadBy(config),
  });
  const clients = { name: 'router_client_queue_depth', help: 'Results that wait for slow clients' };
  const joins = { name: 'router_join_queue_depth', help: 'Events that wait to be joined' };
  showFigure(metrics.registry, clients, () => streams.waiting.clients);
  showFigure(metrics.registry, joins, () => streams.waiting.joins);
  return streams;
}
