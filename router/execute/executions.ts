import type { Identity } from '@spyhop/platform/identity';
import type { Log } from '@spyhop/platform/log';
import { NOT_CACHED } from '../cache/cache-headers';
import { UNCACHEABLE } from '../cache/policy';
import { PolicyLimits } from '../cache/policy-limits';
import type { RouterCache } from '../cache/router-cache';
import type { ClientHeaders, HeaderRules } from '../guard/header-rules';
import type { DeferredPlan } from '../plan/deferred';
import type { Graph } from '../plan/graph';
import type { PreparedRequest } from '../plan/operations';
import { subgraphsIn } from '../plan/plan-subgraphs';
import type { Answer, Charged, Told } from './answer';
import type { Draft, Run } from './compile-plan';
import type { Path } from './data';
import { completionErrors } from './errors';
import { keptAnswer } from './kept-answer';
import { deliverParts } from './parts';
import { withCost, withErrors } from './response-text';
import type { Ask } from './subgraph-client';

/** What executing needs. */
export interface ExecutionServices {
  ask: Ask;
  /** Null where nothing is cached. */
  cache: RouterCache | null;
  headers: Pick<HeaderRules, 'relevantTo'>;
  log: Log;
}

/** An operation that may be run, and what for. */
export interface Task {
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

/** Of one request; the others are alike. */
const MOST_LOGGED_PATHS = 3;

/** Executes operations that may be executed, or recalls what was answered before. */
export class Executions {
  constructor(private readonly services: ExecutionServices) {}

  /** Answers with what is kept, or executes the operation and keeps the answer where it may. */
  recallOrExecute(task: Task): Promise<Answer> {
    const { cache } = this.services;
    const { operation, context } = task;
    const { cacheable } = operation;
    const isWhole = task.deferred === null && task.draft.errors.length === 0;
    if (!cache || !cacheable || !isWhole) return this.execute(task);
    const headers = context.headers && this.relevantHeaders(task, context.headers);
    return keptAnswer(cache, { ...task, operation: cacheable, headers }, (limits) =>
      this.execute(task, limits),
    );
  }

  /** Keeps no answer; `limits` say in the end for how long and for whom it may be kept. */
  async execute(task: Task, limits = new PolicyLimits(UNCACHEABLE)): Promise<Answer> {
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

  private relevantHeaders({ operation, variables }: Task, headers: ClientHeaders) {
    const { node } = operation.plans.for(variables);
    return this.services.headers.relevantTo(subgraphsIn(node), headers);
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
}
