import { ERROR_CODES, SpyhopError } from '@spyhop/platform/errors';
import type { Identity } from '@spyhop/platform/identity';
import { type Log, plainLog } from '@spyhop/platform/log';
import { traced } from '@spyhop/platform/tracing';
import type { CacheHeaders } from '../cache/cache-headers';
import { type Access, mayHave } from '../guard/access';
import type { Asker, Demand } from '../guard/demand';
import type { TellDenials } from '../guard/denials';
import type { ClientHeaders } from '../guard/header-rules';
import { introspectionRefused } from '../guard/introspection';
import { payerOf } from '../guard/payer';
import type { RouterMetrics } from '../metrics';
import type { Graph } from '../plan/graph';
import type { WhoPays } from '../plan/operations';
import { KnownVariables } from '../plan/known-variables';
import { RefusedOperation, refused } from '../plan/refused';
import { type PlanWish, maySeePlan, withPlan } from '../plan/shown-plan';
import type { Draft } from './compile-plan';
import { codedError, statusOf } from './errors';
import { type ExecutionServices, Executions, type Task } from './executions';
import { showSubscription } from './planned-subscription';
import type { ResponseHeaders } from './response-headers';
import { NOTHING_RUN, nothingPermitted, refusal, withErrors } from './response-text';
import { NOTHING_TOLD, type RefusedEarly, type Sent, type Told, measured } from './told';

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
  /** HTTP's status of the response with that answer; null over a WebSocket. */
  statusOf: (answer: Pick<Answer, 'status' | 'outcome'>) => number | null;
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
  textOf: (request: GraphqlRequest, payer: WhoPays) => string | Promise<string>;
  demand: Demand;
  /** Whether answers say what they cost. */
  reportCost: boolean;
  introspection: Access;
  /** Of which one is enough to see plans. */
  planRoles: readonly string[];
  denials: TellDenials;
  metrics: RouterMetrics;
}

/** The context of a request that was charged. */
export interface Charged extends RequestContext {
  /** Estimated; null where the answer does not say it. */
  cost: number | null;
}

const NO_VARIABLES = {};

/** Answers queries and mutations. */
export class Answers {
  private readonly variables = new KnownVariables();
  private readonly executions: Executions;
  private readonly accessLog: Log;

  constructor(private readonly services: AnswerServices) {
    this.executions = new Executions(services);
    this.accessLog = plainLog(services.log);
  }

  /** Never throws: faults are errors of the answer. */
  async answer(request: GraphqlRequest, context: RequestContext): Promise<Answer> {
    const startedAt = performance.now();
    const told: Told = { ...NOTHING_TOLD };
    const answer = await traced(request.operationName ?? 'request', serverSpan(context), () =>
      this.attempt(request, context, told),
    ).catch((err: unknown) => this.refusal(err, context));
    const { outcome, json } = answer;
    const sent = { outcome, status: context.statusOf(answer) };
    const report = (length: number): void =>
      this.report(told, { ...sent, length }, performance.now() - startedAt, context);
    const { rest } = answer;
    if (rest) return { ...answer, rest: measured(rest, (more) => report(json.length + more)) };
    report(json.length);
    return answer;
  }

  /** Tells of a request that was refused before it came to GraphQL. */
  refused({ ms, status, ...request }: RefusedEarly): void {
    this.report(NOTHING_TOLD, { outcome: 'refused', length: 0, status }, ms, request);
  }

  private async attempt(
    request: GraphqlRequest,
    context: RequestContext,
    told: Told,
  ): Promise<Answer> {
    const { inParts, address, onBudget } = context;
    const payer: WhoPays = async () => payerOf(await context.identify(), address);
    const query = await this.services.textOf(request, payer);
    const graph = this.services.graph();
    const { operationName, variables: given } = request;
    const prepared = await graph.operations.prepare(query, operationName, { inParts, payer });
    if (prepared.kind === 'subscription') {
      const asked = { operation: prepared, graph, variables: given ?? NO_VARIABLES, context, told };
      return showSubscription(asked, this.services);
    }
    if (context.readOnly && prepared.operation === 'mutation') {
      throw refused('BAD_REQUEST', 'Mutations need a POST request.', 405);
    }
    told.operation = prepared.operation;
    told.name = prepared.name;
    const { apiSchema } = graph.supergraph;
    const variables = this.variables.coerce(apiSchema, prepared, given ?? NO_VARIABLES);
    const { requirements } = prepared;
    const identity = await context.identify();
    told.cost = prepared.cost(variables);
    await this.services.demand.charge(told.cost, { identity, address, onBudget });
    const charged = { ...context, cost: this.services.reportCost ? told.cost : null };
    if (prepared.introspects && !mayHave(this.services.introspection, identity)) {
      return nothingPermitted([introspectionRefused(identity)], charged);
    }
    const permitted = requirements
      ? await prepared.permitted(
          await graph.authorisation.decide(requirements, identity),
          variables,
        )
      : { operation: prepared, errors: [], denied: [] };
    this.services.denials(permitted.denied, { identity, address });
    const draft: Draft = { data: {}, errors: [...permitted.errors] };
    if (!permitted.operation) return nothingPermitted(draft.errors, charged);
    const { operation } = permitted;
    const planning = operation.ready(variables, () => payerOf(identity, address));
    if (planning) await planning;
    const deferred = inParts ? operation.deferred(variables) : null;
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
    { outcome, length, status }: Sent,
    ms: number,
    { requestId, address }: Pick<RequestContext, 'requestId' | 'address'>,
  ): void {
    const { metrics } = this.services;
    metrics.requests.inc({ operation, outcome });
    const label = { name: metrics.nameOf(name) };
    metrics.requestSeconds.observe(label, ms / 1_000);
    metrics.operationFetches.inc(label, fetches);
    const took = Math.round(ms * 100) / 100;
    const asked = { requestId, address, operation, operationName: name };
    this.accessLog.info({ ...asked, outcome, status, cost, fetches, length, ms: took }, 'request');
  }

  private refusal(err: unknown, context: RequestContext): Answer {
    if (err instanceof SpyhopError) {
      const { retryAfterS } = err.extensions;
      // RFC 9110, section 10.2.3.
      if (typeof retryAfterS === 'number')
        context.onBudget?.({ 'retry-after': String(retryAfterS) });
      return refusal(withErrors('', [err], context), statusOf(err.code));
    }
    if (err instanceof RefusedOperation) {
      return refusal(withErrors('', err.errors, context), err.status);
    }
    this.services.log.error({ err, requestId: context.requestId }, 'a request failed');
    const fault = codedError('INTERNAL', ERROR_CODES.INTERNAL);
    return refusal(withErrors('', [fault], context), 500);
  }
}

const serverSpan = ({ requestId }: RequestContext) =>
  ({ kind: 'server', attributes: { 'request.id': requestId } }) as const;
