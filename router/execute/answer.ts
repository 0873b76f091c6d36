import { ERROR_CODES, SpyhopError } from '@spyhop/platform/errors';
import type { Identity } from '@spyhop/platform/identity';
import type { Log } from '@spyhop/platform/log';
import { traced } from '@spyhop/platform/tracing';
import { type CacheHeaders, NOT_CACHED } from '../cache/cache-headers';
import { UNCACHEABLE } from '../cache/policy';
import { PolicyLimits } from '../cache/policy-limits';
import type { RouterCache } from '../cache/router-cache';
import type { Asker, Demand } from '../guard/demand';
import type { ClientHeaders, HeaderRules } from '../guard/header-rules';
import {
  type IntrospectionAccess,
  introspectionRefused,
  mayIntrospect,
} from '../guard/introspection';
import { BoundedNames, type RouterMetrics } from '../metrics';
import type { DeferredPlan } from '../plan/deferred';
import type { Graph } from '../plan/graph';
import { KnownVariables } from '../plan/known-variables';
import type { Operation, PreparedRequest } from '../plan/operations';
import { subgraphsIn } from '../plan/plan-subgraphs';
import { RefusedOperation, refused } from '../plan/refused';
import { type PlanWish, maySeePlan, withPlan } from '../plan/shown-plan';
import type { Draft, Run } from './compile-plan';
import type { Path } from './data';
import { codedError, completionErrors, statusOf } from './errors';
import { keptAnswer } from './kept-answer';
import { deliverParts } from './parts';
import type { ResponseHeaders } from './response-headers';
import { nothingPermitted, refusal, withCost, withErrors } from './response-text';
import type { Ask } from './subgraph-client';

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

interface AnswerServices {
  graph: () => Graph;
  /** The text that is meant, where a hash may stand for it. */
  textOf: (request: GraphqlRequest) => string | Promise<string>;
  ask: Ask;
  demand: Demand;
  /** Whether answers say what they cost. */
  reportCost: boolean;
  introspection: IntrospectionAccess;
  /** Of which one is enough to see plans. */
  planRoles: readonly string[];
  /** Null where nothing is cached. */
  cache: RouterCache | null;
  headers: Pick<HeaderRules, 'relevantTo'>;
  metrics: RouterMetrics;
  log: Log;
}

/** What is told of a request in metrics and in the access log. */
interface Told {
  operation: PreparedRequest['operation'] | 'none';
  name: string | null;
  /** Requests to subgraphs. */
  fetches: number;
  /** Estimated; null for what was not charged. */
  cost: number | null;
}

/** The context of a request that was charged. */
interface Charged extends RequestContext {
  /** Estimated; null where the answer does not say it. */
  cost: number | null;
}

/** An operation that may be run, and what for. */
interface Task {
  graph: Graph;
  operation: PreparedRequest;
  /** Null where the answer comes as a whole. */
  deferred: DeferredPlan | null;
  draft: Draft;
  variables: Run['variables'];
  identity: Identity | null;
  context: Charged;
  told: Told;
}

const MOST_NAMES = 100;
const NO_VARIABLES = {};
/** Of one request; the others are alike. */
const MOST_LOGGED_PATHS = 3;

/** Answers queries and mutations. */
export class Answers {
  private readonly names = new BoundedNames(MOST_NAMES);
  private readonly variables = new KnownVariables();

  /** Its fields are fixed and none a secret: looking for secrets would cost more than the line. */
  private readonly accessLog: Log;

  constructor(private readonly services: AnswerServices) {
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
    return context.planWish ? this.showPlan(task, context.planWish) : this.recallOrExecute(task);
  }

  private async showPlan(task: Task, wish: PlanWish): Promise<Answer> {
    const isShown = maySeePlan(this.services.planRoles, wish, task.identity);
    const answer = wish.dryRun ? NOTHING_RUN : await this.execute(task);
    if (!isShown) return answer;
    const { node } = task.operation.plans.for(task.variables);
    return { ...answer, json: withPlan(String(answer.json), node, wish) };
  }

  private recallOrExecute(task: Task): Promise<Answer> {
    const { cache } = this.services;
    const { operation, variables, context } = task;
    const { cacheable } = operation;
    const isWhole = task.deferred === null && task.draft.errors.length === 0;
    if (!cache || !cacheable || !isWhole) return this.execute(task);
    const { node } = operation.plans.for(variables);
    const headers =
      context.headers && this.services.headers.relevantTo(subgraphsIn(node), context.headers);
    return keptAnswer(cache, { ...task, operation: cacheable, headers }, (limits) =>
      this.execute(task, limits),
    );
  }

  private async execute(task: Task, limits = new PolicyLimits(UNCACHEABLE)): Promise<Answer> {
    const { graph, operation, deferred, draft, variables, identity, context } = task;
    const { run, projection } = deferred ?? operation;
    const ask = this.asker(task, limits, operation.requirements && identity);
    const kept = this.services.cache?.keptEntities({
      ask: this.asker(task, limits, null),
      isAlike: (subgraph) => !this.services.headers.relevantTo([subgraph], context.headers),
      limits,
    });
    const how: Run = { variables, requestId: context.requestId, ask, kept };
    await run([draft], how);
    const { json, faults } = projection.write(draft.data, variables);
    this.logFaults(faults, draft, context);
    const errors = completionErrors(draft.errors, faults);
    const more = deferred ? ',"hasNext":true' : '';
    return {
      json:
        errors.length === 0
          ? `{"data":${json}${more}${withCost(context)}}`
          : withErrors(`"data":${json}${more},`, errors, context),
      headers: NOT_CACHED,
      outcome: errors.length === 0 ? 'ok' : 'errors',
      status: null,
      rest: deferred && deliverParts(deferred.parts, draft.data, how, graph.supergraph.fullSchema),
    };
  }

  private asker({ told, context }: Task, limits: PolicyLimits, identity: Identity | null): Ask {
    const { headers } = context;
    return async (asked) => {
      told.fetches += 1;
      const answer = await this.services.ask({ ...asked, identity, headers });
      limits.restrict(answer.policy ?? null);
      if (answer.headers) {
        context.responded?.add(asked.subgraph, answer.headers);
        limits.restrict(UNCACHEABLE);
      }
      return answer;
    };
  }

  /** A subgraph that leaves out what its schema promises, and does not say why. */
  private logFaults(faults: readonly Path[], { errors }: Draft, { requestId }: Charged): void {
    if (faults.length === 0 || errors.length > 0) return;
    const paths = faults.slice(0, MOST_LOGGED_PATHS).map((path) => path.join('.'));
    this.services.log.error({ requestId, paths }, 'a subgraph left out what must be there');
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

const NOTHING_RUN: Answer = {
  json: '{"data":null}',
  headers: NOT_CACHED,
  outcome: 'ok',
  status: null,
  rest: null,
};

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
