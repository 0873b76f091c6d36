import { ERROR_CODES } from '@spyhop/platform/errors';
import type { Log } from '@spyhop/platform/log';
import type { RouterMetrics } from '../metrics';
import type { Graph } from '../plan/graph';
import type { PreparedRequest } from '../plan/operations';
import { RefusedOperation, refused } from '../plan/refused';
import { coerceVariables } from '../plan/variables';
import type { Draft } from './compile-plan';
import { codedError } from './errors';
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
  /** A GET request must not change anything. */
  readOnly?: boolean;
}

/** The whole response as JSON. */
export interface Answer {
  json: string;
  /** Refused: nothing was executed. */
  outcome: 'ok' | 'errors' | 'refused';
  /** HTTP status that the outcome asks for whatever the client accepts; null where it does not. */
  status: number | null;
}

interface AnswerServices {
  graph: () => Graph;
  ask: Ask;
  metrics: RouterMetrics;
  log: Log;
}

/** Answers queries and mutations. */
export class Answers {
  constructor(private readonly services: AnswerServices) {}

  /** Never throws: faults are errors of the answer. */
  async answer(request: GraphqlRequest, context: RequestContext): Promise<Answer> {
    const { metrics } = this.services;
    let operation: PreparedRequest['operation'] | 'none' = 'none';
    let answer: Answer;
    try {
      const graph = this.services.graph();
      const prepared = prepare(graph, request, context);
      operation = prepared.operation;
      const given = request.variables ?? {};
      const { apiSchema } = graph.supergraph;
      const variables = coerceVariables(apiSchema, prepared.variableDefinitions, given);
      answer = await this.run(prepared, variables, context);
    } catch (err) {
      answer = this.refusal(err, context);
    }
    metrics.requests.inc({ operation, outcome: answer.outcome });
    return answer;
  }

  private refusal(err: unknown, context: RequestContext): Answer {
    if (err instanceof RefusedOperation) {
      return { json: withErrors('', err.errors, context), outcome: 'refused', status: err.status };
    }
    this.services.log.error({ err, requestId: context.requestId }, 'a request failed');
    const json = withErrors('', [codedError('INTERNAL', ERROR_CODES.INTERNAL)], context);
    return { json, outcome: 'refused', status: 500 };
  }

  private async run(
    { run, projection }: PreparedRequest,
    variables: Readonly<Record<string, unknown>>,
    context: RequestContext,
  ): Promise<Answer> {
    const { ask } = this.services;
    const draft: Draft = { data: {}, errors: [] };
    await run([draft], { variables, requestId: context.requestId, ask });
    const { json, faults } = projection.write(draft.data, variables);
    // A subgraph's error explains the hole that it left; only holes without one need a word of ours.
    const errors =
      draft.errors.length > 0
        ? draft.errors
        : faults.map((path) => codedError('INTERNAL', ERROR_CODES.INTERNAL, path));
    return errors.length === 0
      ? { json: `{"data":${json}}`, outcome: 'ok', status: null }
      : { json: withErrors(`"data":${json},`, errors, context), outcome: 'errors', status: null };
  }
}

function prepare(
  { operations }: Graph,
  { query, operationName }: GraphqlRequest,
  { readOnly }: RequestContext,
): PreparedRequest {
  const prepared = operations.prepare(query, operationName);
  if (prepared.kind === 'subscription') {
    throw refused(
      'BAD_REQUEST',
      'Subscriptions need a WebSocket with the subprotocol graphql-transport-ws, at this same path.',
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
