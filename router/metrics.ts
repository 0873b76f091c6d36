import { type Metrics, createMetrics } from '@spyhop/platform/metrics';
import { Counter, Gauge, Histogram } from 'prom-client';

/** Figures of the router. Labels are subgraph names, fixed words and `nameOf`, so their number is bounded. */
export interface RouterMetrics {
  registry: Metrics;
  /** Open WebSockets of clients. */
  clients: Gauge;
  /** The name that stands for an operation: what a client calls it, while there are few. */
  nameOf: (name: string | null) => string;
  /** Subscriptions of clients, by what the first client of their stream calls them. */
  subscriptions: Gauge<'name'>;
  /** Streams: distinct plan and variables, each served to all who asked for it. */
  streams: Gauge<'name'>;
  upstreams: Gauge<'subgraph'>;
  upstreamRetries: Counter<'subgraph'>;
  /** Events received from subgraphs. */
  events: Counter<'subgraph'>;
  /** Events that were replaced by newer ones of their key before they were joined. */
  coalesced: Counter;
  /** Events that gave way to newer ones of their key while a slow client was behind, for each client. */
  conflated: Counter<'name'>;
  /** Events that were lost, for each client, or before they were joined. */
  dropped: Counter<'name' | 'reason'>;
  /** Results sent to clients. */
  messages: Counter;
  /** Results held back from slow clients, which later get the newest instead. */
  heldBack: Counter;
  stuckClients: Counter;
  /** Subscriptions ended because a client fell too far behind in a stream whose every event counts. */
  slowClients: Counter;
  fetches: Counter<'subgraph' | 'outcome'>;
  /** Requests to subgraphs, by the operation that they were for; those of subscriptions are not among them. */
  operationFetches: Counter<'name'>;
  fetchSeconds: Histogram<'subgraph'>;
  requests: Counter<'operation' | 'outcome'>;
  /** Operations named by a hash, and those that are not on the list. */
  persisted: Counter<'outcome'>;
  /** Queries that may be kept: from memory, from Redis, by waiting for another (collapsed), or run (miss). */
  cacheAnswers: Counter<'name' | 'outcome'>;
  /** Entities that may be kept: from memory, from Redis, or asked of a subgraph (miss). */
  cacheEntities: Counter<'outcome'>;
  requestSeconds: Histogram<'name'>;
  /** How long those wait who ask for what is not known yet: for their turn, and until it is validated or planned. */
  preparing: Histogram;
  /** What operations were estimated to cost, subscriptions among them. */
  operationCost: Histogram;
  /** Operations that cost too much: each by itself, or all of a payer's together. */
  operationsRefused: Counter<'reason'>;
}

const MOST_NAMES = 100;
const LONGEST_NAME = 128;
const UNNAMED = 'unnamed';

/** Names come from clients: they must not grow the metrics without bound. */
function boundedNames(): RouterMetrics['nameOf'] {
  const known = new Set([UNNAMED]);
  return (given) => {
    const name = given ?? UNNAMED;
    if (known.has(name)) return name;
    if (known.size >= MOST_NAMES || name.length > LONGEST_NAME) return 'other';
    known.add(name);
    return name;
  };
}

interface Figure {
  name: string;
  help: string;
}

/** A figure that is asked for when somebody looks. */
export function showFigure(registry: Metrics, figure: Figure, read: () => number): void {
  new Gauge({
    ...figure,
    registers: [registry],
    collect() {
      this.set(read());
    },
  });
}

/** The same, of each subgraph by its name. */
export function showBySubgraph(
  registry: Metrics,
  figure: Figure,
  read: () => Iterable<readonly [subgraph: string, value: number]>,
): void {
  new Gauge({
    ...figure,
    labelNames: ['subgraph'],
    registers: [registry],
    collect() {
      this.reset();
      for (const [subgraph, value] of read()) this.set({ subgraph }, value);
    },
  });
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
    nameOf: boundedNames(),
    clients: gauge('clients', 'Open WebSockets of clients'),
    subscriptions: gauge('client_subscriptions', 'Subscriptions of clients', ['name']),
    streams: gauge('streams', 'Distinct subscriptions being served', ['name']),
    upstreams: gauge('upstream_subscriptions', 'Subscriptions at subgraphs', ['subgraph']),
    upstreamRetries: counter('upstream_retries_total', 'Subscriptions started again', ['subgraph']),
    events: counter('events_total', 'Events received from subgraphs', ['subgraph']),
    coalesced: counter('events_coalesced_total', 'Events replaced by newer ones before joining'),
    conflated: counter('events_conflated_total', 'Events replaced by newer ones for slow clients', [
      'name',
    ]),
    dropped: counter('events_dropped_total', 'Events that were lost', ['name', 'reason']),
    messages: counter('messages_total', 'Subscription results sent to clients'),
    heldBack: counter('messages_held_back_total', 'Results not sent at once to slow clients'),
    stuckClients: counter('stuck_clients_total', 'Clients closed because they took nothing'),
    slowClients: counter('slow_clients_total', 'Subscriptions ended because events were not taken'),
    fetches: counter('subgraph_fetches_total', 'HTTP requests to subgraphs', [
      'subgraph',
      'outcome',
    ]),
    operationFetches: counter(
      'operation_fetches_total',
      'HTTP requests to subgraphs for queries and mutations',
      ['name'],
    ),
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
    preparing: new Histogram({
      name: 'router_preparing_seconds',
      help: 'Time until an operation that was not known was validated, or planned',
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
      'name',
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
