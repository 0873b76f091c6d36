import { ERROR_CODES, SpyhopError } from '@spyhop/platform/errors';
import type { Identity } from '@spyhop/platform/identity';
import type { Log } from '@spyhop/platform/log';
import { traced } from '@spyhop/platform/tracing';
import { NOT_CACHED } from '../cache/cache-headers';
import { PolicyLimits } from '../cache/policy-limits';
import { UNCACHEABLE } from '../cache/policy';
import type { RouterCache } from '../cache/router-cache';
import {
  type IntrospectionAccess,
  introspectionRefused,
  mayIntrospect,
} from '../guard/introspection';
import { BoundedNames, type RouterMetrics } from '../metrics';
import type { DeferredPlan } from '../plan/deferred';
import type { Graph } from '../plan/graph';
import type { PreparedRequest } from '../plan/operations';
import { RefusedOperation, refused } from '../plan/refused';
import { KnownVariables } from '../plan/known-variables';
import type { Draft, Run } from './compile-plan';
import { type PathError, codedError, completionErrors, statusOf } from './errors';
import { keptAnswer } from './kept-answer';
import { deliverParts } from './parts';
import type { Ask } from './subgraph-client';

/** A GraphQL request, whatever the transport. */
export interface GraphqlRequest {
  query: string;
  operationName?: string | null;
  variables?: Readonly<Record<string, unknown>> | null;
  extensions?: Readonly<Record<string, unknown>> | null;
}

/** What accompanies a request through its execution. */
export interface RequestContext {
  requestId: string;
  /** Finds out who asks; null is nobody. Throws UNAUTHENTICATED for credentials that are not accepted. */
  identify: () => Promise<Identity | null>;
  /** A GET request must not change anything. */
  readOnly?: boolean;
  /** The client takes what it defers in parts of its own. */
  inParts?: boolean;
}

/** The whole response. */
export interface Answer {
  /** Text, or its UTF-8. */
  json: string | Buffer;
  /** Of HTTP, in lower case. */
  headers: Readonly<Record<string, string>>;
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
  introspection: IntrospectionAccess;
  /** Null where nothing is cached. */
  cache: RouterCache | null;
  metrics: RouterMetrics;
  log: Log;
}

/** What is told of a request in metrics and in the access log. */
interface Told {
  operation: PreparedRequest['operation'] | 'none';
  name: string | null;
  /** Requests to subgraphs. */
  fetches: number;
}

/** An operation that may be run, and what for. */
interface Task {
  graph: Graph;
  operation: PreparedRequest;
  deferred: DeferredPlan | null;
  draft: Draft;
  variables: Run['variables'];
}

const MOST_NAMES = 100;
const NONE = {};

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
    const told: Told = { operation: 'none', name: null, fetches: 0 };
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
    const { apiSchema } = graph.supergraph;
    const variables = this.variables.coerce(apiSchema, prepared, request.variables ?? NONE);
    const { requirements } = prepared;
    const identity = await context.identify();
    if (prepared.introspects && !mayIntrospect(this.services.introspection, identity)) {
      return nothingPermitted([introspectionRefused(identity)], context);
    }
    const permitted = requirements
      ? prepared.permitted(await graph.authorisation.decide(requirements, identity), variables)
      : { operation: prepared, errors: [] };
    const draft: Draft = { data: {}, errors: [...permitted.errors] };
    if (!permitted.operation) return nothingPermitted(draft.errors, context);
    const { operation } = permitted;
    const deferred = context.inParts ? operation.deferred(variables) : null;
    const task: Task = { graph, operation, deferred, draft, variables };
    const execute = (limits: PolicyLimits): Promise<Answer> => {
      const ask = this.asker(told, limits, requirements && identity);
      const kept = this.services.cache?.keptEntities(this.asker(told, limits, null), limits);
      return this.run(task, { variables, requestId: context.requestId, ask, kept }, context);
    };
    const { cache } = this.services;
    const mayKeep = deferred === null && draft.errors.length === 0;
    return cache && operation.cacheable && mayKeep
      ? keptAnswer(cache, { ...task, identity, operation: operation.cacheable }, execute)
      : execute(new PolicyLimits(UNCACHEABLE));
  }

  private asker(told: Told, limits: PolicyLimits, identity: Identity | null): Ask {
    return async (asked) => {
      told.fetches += 1;
      const answer = await this.services.ask(identity ? { ...asked, identity } : asked);
      limits.restrict(answer.policy ?? null);
      return answer;
    };
  }

  private report(
    { operation, name, fetches }: Told,
    { outcome, json }: Answer,
    ms: number,
    { requestId }: RequestContext,
  ): void {
    const { metrics } = this.services;
    metrics.requests.inc({ operation, outcome });
    metrics.requestSeconds.observe({ name: this.names.label(name ?? 'unnamed') }, ms / 1_000);
    const took = Math.round(ms * 100) / 100;
    this.accessLog.info(
      { requestId, operation, name, outcome, fetches, length: json.length, ms: took },
      'request',
    );
  }

  private refusal(err: unknown, context: RequestContext): Answer {
    if (err instanceof SpyhopError) {
      return refusal(withErrors('', [err], context), statusOf(err.code));
    }
    if (err instanceof RefusedOperation) {
      return refusal(withErrors('', err.errors, context), err.status);
    }
    this.services.log.error({ err, requestId: context.requestId }, 'a request failed');
    return refusal(withErrors('', [codedError('INTERNAL', ERROR_CODES.INTERNAL)], context), 500);
  }

  private async run(
    { graph, operation, deferred, draft, variables }: Task,
    how: Run,
    context: RequestContext,
  ): Promise<Answer> {
    const { run, projection } = deferred ?? operation;
    await run([draft], how);
    const { json, faults } = projection.write(draft.data, variables);
    const errors = completionErrors(draft.errors, faults);
    const more = deferred ? ',"hasNext":true' : '';
    const { fullSchema } = graph.supergraph;
    return {
      json:
        errors.length === 0
          ? `{"data":${json}${more}}`
          : withErrors(`"data":${json}${more},`, errors, context),
      headers: NOT_CACHED,
      outcome: errors.length === 0 ? 'ok' : 'errors',
      status: null,
      rest: deferred && deliverParts(deferred.parts, draft.data, how, fullSchema),
    };
  }
}

const refusal = (json: string, status: number | null): Answer => ({
  json,
  headers: NOT_CACHED,
  outcome: 'refused',
  status,
  rest: null,
});

const nothingPermitted = (errors: readonly PathError[], context: RequestContext): Answer =>
  refusal(
    withErrors('"data":null,', errors, context),
    statusOf(errors[0]?.extensions.code ?? 'FORBIDDEN'),
  );

const serverSpan = ({ requestId }: RequestContext) =>
  ({ kind: 'server', attributes: { 'request.id': requestId } }) as const;

function prepare(
  { operations }: Graph,
  { query, operationName }: GraphqlRequest,
  { readOnly, inParts }: RequestContext,
): PreparedRequest {
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
  { requestId }: RequestContext,
): string =>
  `{${data}"errors":${JSON.stringify(errors)},"extensions":${JSON.stringify({ requestId })}}`;
