import { ERROR_CODES, SpyhopError } from '@spyhop/platform/errors';
import type { Identity } from '@spyhop/platform/identity';
import type { Log } from '@spyhop/platform/log';
import { traced } from '@spyhop/platform/tracing';
import type { Asker, Demand } from '../guard/demand';
import {
  type IntrospectionAccess,
  introspectionRefused,
  mayIntrospect,
} from '../guard/introspection';
import { BoundedNames, type RouterMetrics } from '../metrics';
import type { ClientHeaders } from '../guard/header-rules';
import type { Graph } from '../plan/graph';
import type { Operation, PreparedRequest } from '../plan/operations';
import { RefusedOperation, refused } from '../plan/refused';
import { type PlanWish, maySeePlan, withPlan } from '../plan/shown-plan';
import { coerceVariables } from '../plan/variables';
import type { Draft, Run } from './compile-plan';
import { type PathError, codedError, completionErrors, statusOf } from './errors';
import { deliverParts } from './parts';
import type { ResponseHeaders } from './response-headers';
import type { Ask } from './subgraph-client';

/** A GraphQL request, whatever the transport. */
export interface GraphqlRequest {
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

/** The whole response as JSON. */
export interface Answer {
  json: string;
  /** Refused: nothing was executed. */
  outcome: 'ok' | 'errors' | 'refused';
  /** HTTP status that the outcome asks for whatever the client accepts; null where it does not. */
  status: number | null;
  /** What the client deferred, payload by payload; null when the JSON is all. */
  rest: AsyncGenerator<string> | null;
}

interface AnswerServices {
  graph: () => Graph;
  ask: Ask;
  demand: Demand;
  /** Whether answers say what they cost. */
  reportCost: boolean;
  introspection: IntrospectionAccess;
  /** Of which one is enough to see plans. */
  planRoles: readonly string[];
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

const MOST_NAMES = 100;

/** Answers queries and mutations. */
export class Answers {
  private readonly names = new BoundedNames(MOST_NAMES);

  constructor(private readonly services: AnswerServices) {}

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
    const graph = this.services.graph();
    const prepared = prepare(graph, request, context);
    told.operation = prepared.operation;
    told.name = prepared.name;
    const variables = coerceVariables(
      graph.supergraph.apiSchema,
      prepared.variableDefinitions,
      request.variables ?? {},
    );
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
    const who = requirements && identity;
    const { headers, responded } = context;
    const ask: Ask = async (asked) => {
      told.fetches += 1;
      const answer = await this.services.ask({ ...asked, identity: who, headers });
      if (answer.headers) responded?.add(asked.subgraph, answer.headers);
      return answer;
    };
    const run: Run = { variables, requestId: context.requestId, ask };
    const { planWish = null } = context;
    const isShown = planWish !== null && maySeePlan(this.services.planRoles, planWish, identity);
    const answer = planWish?.dryRun
      ? NOTHING_RUN
      : await this.run(graph, permitted.operation, draft, run, charged);
    if (!isShown) return answer;
    return { ...answer, json: withPlan(answer.json, permitted.operation.plan, planWish) };
  }

  private report(
    { operation, name, fetches, cost }: Told,
    { outcome, json }: Answer,
    ms: number,
    { requestId }: RequestContext,
  ): void {
    const { metrics, log } = this.services;
    metrics.requests.inc({ operation, outcome });
    metrics.requestSeconds.observe({ name: this.names.label(name ?? 'unnamed') }, ms / 1_000);
    const took = Math.round(ms * 100) / 100;
    log.info(
      { requestId, operation, name, outcome, cost, fetches, length: json.length, ms: took },
      'request',
    );
  }

  private refusal(err: unknown, context: RequestContext): Answer {
    if (err instanceof SpyhopError) {
      const json = withErrors('', [err], context);
      return { json, outcome: 'refused', status: statusOf(err.code), rest: null };
    }
    if (err instanceof RefusedOperation) {
      const json = withErrors('', err.errors, context);
      return { json, outcome: 'refused', status: err.status, rest: null };
    }
    this.services.log.error({ err, requestId: context.requestId }, 'a request failed');
    const json = withErrors('', [codedError('INTERNAL', ERROR_CODES.INTERNAL)], context);
    return { json, outcome: 'refused', status: 500, rest: null };
  }

  private async run(
    { supergraph }: Graph,
    prepared: PreparedRequest,
    draft: Draft,
    how: Run,
    context: Charged,
  ): Promise<Answer> {
    const { variables } = how;
    const deferred = context.inParts ? prepared.deferred(variables) : null;
    const { run, projection } = deferred ?? prepared;
    await run([draft], how);
    const { json, faults } = projection.write(draft.data, variables);
    const errors = completionErrors(draft.errors, faults);
    const more = deferred ? ',"hasNext":true' : '';
    return {
      json:
        errors.length === 0
          ? `{"data":${json}${more}${withCost(context)}}`
          : withErrors(`"data":${json}${more},`, errors, context),
      outcome: errors.length === 0 ? 'ok' : 'errors',
      status: null,
      rest: deferred && deliverParts(deferred.parts, draft.data, how, supergraph.fullSchema),
    };
  }
}

const NOTHING_RUN: Answer = { json: '{"data":null}', outcome: 'ok', status: null, rest: null };

const nothingPermitted = (errors: readonly PathError[], context: Charged): Answer => ({
  json: withErrors('"data":null,', errors, context),
  outcome: 'refused',
  status: statusOf(errors[0]?.extensions.code ?? 'FORBIDDEN'),
  rest: null,
});

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

const withErrors = (
  data: string,
  errors: readonly unknown[],
  { requestId, cost = null }: RequestContext & Partial<Charged>,
): string =>
  `{${data}"errors":${JSON.stringify(errors)},"extensions":${JSON.stringify({ requestId, ...costOf(cost) })}}`;

const withCost = ({ cost }: Charged): string =>
  cost === null ? '' : `,"extensions":${JSON.stringify(costOf(cost))}`;

const costOf = (cost: number | null) => (cost === null ? {} : { cost: { estimated: cost } });
