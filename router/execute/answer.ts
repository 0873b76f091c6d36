import { ERROR_CODES, SpyhopError } from '@spyhop/platform/errors';
import type { Identity } from '@spyhop/platform/identity';
import type { Log } from '@spyhop/platform/log';
import { traced } from '@spyhop/platform/tracing';
import type { CacheHeaders } from '../cache/cache-headers';
import type { Asker, Demand } from '../guard/demand';
import type { ClientHeaders } from '../guard/header-rules';
import {
  type IntrospectionAccess,
  introspectionRefused,
  mayIntrospect,
} from '../guard/introspection';
import { BoundedNames, type RouterMetrics } from '../metrics';
import type { Graph } from '../plan/graph';
import { KnownVariables } from '../plan/known-variables';
import type { Operation, PreparedRequest } from '../plan/operations';
import { RefusedOperation, refused } from '../plan/refused';
import { type PlanWish, maySeePlan, withPlan } from '../plan/shown-plan';
import type { Draft } from './compile-plan';
import { codedError, statusOf } from './errors';
import { type ExecutionServices, Executions, type Task } from './executions';
import type { ResponseHeaders } from './response-headers';
import { answered, nothingPermitted, refusal, withErrors } from './response-text';

/** A GraphQL request, whatever the transport. */
export interface GraphqlRequest {
  /** Empty where a hash among the extensions stands for it. */
  query: string;
  operationName?: string | null;
  variables?: Readonly<Record<string, unknown>> | null;
  extensions?: Readonly<Record<string, unknown>> | null;
}

/** What accompanies a request through its execution. */
export interface RequestContext extends Omit<Asker, 'identity'> {
  requestId: string;
  /** Finds out who asks; null is nobody. Throws UNAUTHENTICATED for credentials that are not accepted. */
  identify: () => Promise<Identity | null>;
  /** The client's, as far as subgraphs may get them. */
  headers: ClientHeaders | null;
  /** Takes what the client gets of the headers of subgraphs' answers. */
  responded?: ResponseHeaders;
  /** A GET request must not change anything. */
  readOnly?: boolean;
  /** The client takes what it defers in parts of its own. */
  inParts?: boolean;
  /** The client wants to see the plan. */
  planWish?: PlanWish | null;
}

/** The whole response. */
export interface Answer {
  /** Text, or its UTF-8. */
  json: string | Buffer;
  /** Of HTTP: how it may be kept. */
  headers: CacheHeaders;
  /** Refused: nothing was executed. */
  outcome: 'ok' | 'errors' | 'refused';
  /** HTTP status that the outcome asks for whatever the client accepts; null where it does not. */
  status: number | null;
  /** What the client deferred, payload by payload; null when the JSON is all. */
  rest: AsyncGenerator<string> | null;
}

interface AnswerServices extends ExecutionServices {
  graph: () => Graph;
  /** The text that is meant, where a hash may stand for it. */
  textOf: (request: GraphqlRequest) => string | Promise<string>;
  demand: Demand;
  /** Whether answers say what they cost. */
  reportCost: boolean;
  introspection: IntrospectionAccess;
  /** Of which one is enough to see plans. */
  planRoles: readonly string[];
  metrics: RouterMetrics;
}

/** What is told of a request in metrics and in the access log. */
export interface Told {
  operation: PreparedRequest['operation'] | 'none';
  name: string | null;
  /** Requests to subgraphs. */
  fetches: number;
  /** Estimated; null for what was not charged. */
  cost: number | null;
}

/** The context of a request that was charged. */
export interface Charged extends RequestContext {
  /** Estimated; null where the answer does not say it. */
  cost: number | null;
}

const MOST_NAMES = 100;
const NO_VARIABLES = {};

/** Answers queries and mutations. */
export class Answers {
  private readonly names = new BoundedNames(MOST_NAMES);
  private readonly variables = new KnownVariables();
  private readonly executions: Executions;

  /** Its fields are fixed and none a secret: looking for secrets would cost more than the line. */
  private readonly accessLog: Log;

  constructor(private readonly services: AnswerServices) {
    this.executions = new Executions(services);
    this.accessLog = services.log.child({}, { redact: [] });
  }

  /** Never throws: faults are errors of the answer. */
  async answer(request: GraphqlRequest, context: RequestContext): Promise<Answer> {
    const startedAt = performance.now();
    const told: Told = { operation: 'none', name: null, fetches: 0, cost: null };
    const answer = await traced(request.operationName ?? 'request', serverSpan(context), () =>
      this.attempt(request, context, told),
    ).catch((err: unknown) => this.refusal(err, context));
    this.report(told, answer, performance.now() - startedAt, context);
    return answer;
  }

  private async attempt(
    request: GraphqlRequest,
    context: RequestContext,
    told: Told,
  ): Promise<Answer> {
    const query = await this.services.textOf(request);
    const graph = this.services.graph();
    const prepared = prepare(graph, { ...request, query }, context);
    told.operation = prepared.operation;
    told.name = prepared.name;
    const { apiSchema } = graph.supergraph;
    const variables = this.variables.coerce(apiSchema, prepared, request.variables ?? NO_VARIABLES);
    const { requirements } = prepared;
    const identity = await context.identify();
    told.cost = prepared.cost(variables);
    await this.services.demand.charge(told.cost, { ...context, identity });
    const charged = { ...context, cost: this.services.reportCost ? told.cost : null };
    if (prepared.introspects && !mayIntrospect(this.services.introspection, identity)) {
      return nothingPermitted([introspectionRefused(identity)], charged);
    }
    const permitted = requirements
      ? prepared.permitted(await graph.authorisation.decide(requirements, identity), variables)
      : { operation: prepared, errors: [] };
    const draft: Draft = { data: {}, errors: [...permitted.errors] };
    if (!permitted.operation) return nothingPermitted(draft.errors, charged);
    const { operation } = permitted;
    const deferred = context.inParts ? operation.deferred(variables) : null;
    const task = { graph, operation, deferred, draft, variables, identity, context: charged, told };
    return context.planWish
      ? this.showPlan(task, context.planWish)
      : this.executions.recallOrExecute(task);
  }

  private async showPlan(task: Task, wish: PlanWish): Promise<Answer> {
    const isShown = maySeePlan(this.services.planRoles, wish, task.identity);
    const answer = wish.dryRun ? NOTHING_RUN : await this.executions.execute(task);
    if (!isShown) return answer;
    const { node } = task.operation.plans.for(task.variables);
    return { ...answer, json: withPlan(String(answer.json), node, wish) };
  }

  private report(
    { operation, name, fetches, cost }: Told,
    { outcome, json }: Answer,
    ms: number,
    { requestId }: RequestContext,
  ): void {
    const { metrics } = this.services;
    metrics.requests.inc({ operation, outcome });
    metrics.requestSeconds.observe({ name: this.names.label(name ?? 'unnamed') }, ms / 1_000);
    const took = Math.round(ms * 100) / 100;
    this.accessLog.info(
      { requestId, operation, name, outcome, cost, fetches, length: json.length, ms: took },
      'request',
    );
  }

  private refusal(err: unknown, context: RequestContext): Answer {
    if (err instanceof SpyhopError)
      return refusal(withErrors('', [err], context), statusOf(err.code));
    if (err instanceof RefusedOperation) {
      return refusal(withErrors('', err.errors, context), err.status);
    }
    this.services.log.error({ err, requestId: context.requestId }, 'a request failed');
    const fault = codedError('INTERNAL', ERROR_CODES.INTERNAL);
    return refusal(withErrors('', [fault], context), 500);
  }
}

const NOTHING_RUN = answered('{"data":null}');

const serverSpan = ({ requestId }: RequestContext) =>
  ({ kind: 'server', attributes: { 'request.id': requestId } }) as const;

function prepare(
  { operations }: Graph,
  { query, operationName }: GraphqlRequest,
  { readOnly, inParts }: RequestContext,
): PreparedRequest & Operation {
  const prepared = operations.prepare(query, operationName, { inParts });
  if (prepared.kind === 'subscription') {
    throw refused(
      'BAD_REQUEST',
      'Subscriptions need a WebSocket with the subprotocol graphql-transport-ws at this same path, or a client that accepts text/event-stream or multipart/mixed;subscriptionSpec=1.0.',
      400,
    );
  }
  if (readOnly && prepared.operation === 'mutation') {
    throw refused('BAD_REQUEST', 'Mutations need a POST request.', 405);
  }
  return prepared;
}
