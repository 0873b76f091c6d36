import { type Metrics, createMetrics } from '@spyhop/platform/metrics';
import { Counter, Gauge, Histogram } from 'prom-client';

/** Figures of the router. Labels are subgraph names and fixed words, so their number is bounded. */
export interface RouterMetrics {
  registry: Metrics;
  /** Open WebSockets of clients. */
  clients: Gauge;
  /** Subscriptions of clients. */
  subscriptions: Gauge;
  /** Streams: distinct plan and variables, each served to all who asked for it. */
  streams: Gauge;
  upstreams: Gauge<'subgraph'>;
  upstreamRetries: Counter<'subgraph'>;
  /** Events received from subgraphs. */
  events: Counter<'subgraph'>;
  /** Events that were replaced by newer ones of their key before they were joined. */
  coalesced: Counter;
  /** Results sent to clients. */
  messages: Counter;
  /** Results held back from slow clients, which later get the newest instead. */
  heldBack: Counter;
  stuckClients: Counter;
  /** Subscriptions ended because a client fell too far behind in a stream whose every event counts. */
  slowClients: Counter;
  fetches: Counter<'subgraph' | 'outcome'>;
  fetchSeconds: Histogram<'subgraph'>;
  requests: Counter<'operation' | 'outcome'>;
  /** Operations named by a hash, and those that are not on the list. */
  persisted: Counter<'outcome'>;
  /** Queries that may be kept: from memory, from Redis, by waiting for another (collapsed), or run (miss). */
  cacheAnswers: Counter<'outcome'>;
  /** Entities that may be kept: from memory, from Redis, or asked of a subgraph (miss). */
  cacheEntities: Counter<'outcome'>;
  /** By the name that the client gave; names beyond the first hundred are counted together. */
  requestSeconds: Histogram<'name'>;
  /** What operations were estimated to cost, subscriptions among them. */
  operationCost: Histogram;
  /** Operations that cost too much: each by itself, or all of a payer's together. */
  operationsRefused: Counter<'reason'>;
}

/** Names come from clients: they must not grow the metrics without bound. */
export class BoundedNames {
  private readonly known = new Set<string>();

  constructor(private readonly most: number) {}

  label(name: string): string {
    if (this.known.has(name)) return name;
    if (this.known.size >= this.most) return 'other';
    this.known.add(name);
    return name;
  }
}

export function createRouterMetrics(): RouterMetrics {
  const registry = createMetrics('router');
  const registers = [registry];
  const counter = <Label extends string>(
    name: string,
    help: string,
    labelNames: Label[] = [],
  ): Counter<Label> => new Counter({ name: `router_${name}`, help, labelNames, registers });
  const gauge = <Label extends string>(
    name: string,
    help: string,
    labelNames: Label[] = [],
  ): Gauge<Label> => new Gauge({ name: `router_${name}`, help, labelNames, registers });
  return {
    registry,
    clients: gauge('clients', 'Open WebSockets of clients'),
    subscriptions: gauge('client_subscriptions', 'Subscriptions of clients'),
    streams: gauge('streams', 'Distinct subscriptions being served'),
    upstreams: gauge('upstream_subscriptions', 'Subscriptions at subgraphs', ['subgraph']),
    upstreamRetries: counter('upstream_retries_total', 'Subscriptions started again', ['subgraph']),
    events: counter('events_total', 'Events received from subgraphs', ['subgraph']),
    coalesced: counter('events_coalesced_total', 'Events replaced by newer ones before joining'),
    messages: counter('messages_total', 'Subscription results sent to clients'),
    heldBack: counter('messages_held_back_total', 'Results not sent at once to slow clients'),
    stuckClients: counter('stuck_clients_total', 'Clients closed because they took nothing'),
    slowClients: counter('slow_clients_total', 'Subscriptions ended because events were not taken'),
    fetches: counter('subgraph_fetches_total', 'HTTP requests to subgraphs', [
      'subgraph',
      'outcome',
    ]),
    fetchSeconds: new Histogram({
      name: 'router_subgraph_fetch_seconds',
      help: 'Time until a subgraph has answered',
      labelNames: ['subgraph'],
      registers,
    }),
    requestSeconds: new Histogram({
      name: 'router_request_seconds',
      help: 'Time until a query or mutation was answered',
      labelNames: ['name'],
      registers,
    }),
    operationCost: new Histogram({
      name: 'router_operation_cost',
      help: 'Estimated cost of operations',
      buckets: [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000],
      registers,
    }),
    operationsRefused: counter(
      'operations_refused_total',
      'Operations that cost more than one may, or than was left of a budget',
      ['reason'],
    ),
    cacheAnswers: counter('cache_answers_total', 'Queries that may be answered from the cache', [
      'outcome',
    ]),
    cacheEntities: counter('cache_entities_total', 'Entities that may come from the cache', [
      'outcome',
    ]),
    persisted: counter('persisted_operations_total', 'Operations by hash, and unlisted ones', [
      'outcome',
    ]),
    requests: counter('requests_total', 'Queries and mutations', ['operation', 'outcome']),
  };
}
