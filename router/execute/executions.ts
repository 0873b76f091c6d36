import type { Identity } from '@spyhop/platform/identity';
import type { Log } from '@spyhop/platform/log';
import { UNCACHEABLE } from '../cache/policy';
import { PolicyLimits } from '../cache/policy-limits';
import type { RouterCache } from '../cache/router-cache';
import type { ClientHeaders, HeaderRules } from '../guard/header-rules';
import type { IdentityKeys } from '../guard/identity-keys';
import type { DeferredPlan } from '../plan/deferred';
import type { Graph } from '../plan/graph';
import type { PreparedRequest } from '../plan/operations';
import { subgraphsIn } from '../plan/plan-subgraphs';
import type { Answer, Charged } from './answer';
import type { Draft, Run } from './compile-plan';
import { type PathError, SubgraphFault, completionErrors } from './errors';
import { keptAnswer } from './kept-answer';
import { deliverParts } from './parts';
import { answered, withCost, withErrors } from './response-text';
import { FetchedAnswers } from './fetched-answers';
import type { SpliceRun } from './splice/splice';
import type { Told } from './told';
import { UnexpectedAnswer } from './splice/unexpected';
import type { Ask, RawAnswer, SubgraphClient, SubgraphRequest } from './subgraph-client';

/** What executing needs. */
export interface ExecutionServices {
  subgraphs: Pick<SubgraphClient, 'fetch' | 'read' | 'used'>;
  /** Null where nothing is cached. */
  cache: RouterCache | null;
  headers: Pick<HeaderRules, 'relevantTo'>;
  identityKeys: IdentityKeys;
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
    const { cache, identityKeys } = this.services;
    const { operation, context } = task;
    const { cacheable } = operation;
    const isWhole = task.deferred === null && task.draft.errors.length === 0;
    if (!isWhole) return this.execute(task);
    if (!cache || !cacheable) return this.spliceOrExecute(task);
    const headers = context.headers && this.relevantHeaders(task, context.headers);
    const query = { ...task, name: operation.name, operation: cacheable, headers };
    return keptAnswer({ cache, identityKeys }, query, (limits) => this.execute(task, limits));
  }

  /** Puts the answer together from what subgraphs write, or else from what that means. */
  private async spliceOrExecute(task: Task): Promise<Answer> {
    const { operation, variables, context } = task;
    const { splice } = operation.plans.for(variables);
    if (!splice?.isWorthIt()) return this.execute(task);
    const fetched = new FetchedAnswers(this.fetcher(task, operation.requirements && task.identity));
    const { requestId } = context;
    const how: SpliceRun = {
      variables,
      requestId,
      fetch: async (asked) => (await fetched.fetch(asked)).bytes,
      onUsed: (asked) => {
        fetched.use(asked);
        this.services.subgraphs.used(asked);
      },
    };
    try {
      const { text, isAscii } = await splice.run(how);
      const json = `{"data":${text}${withCost(context)}}`;
      return answered(isAscii ? json : Buffer.from(json, 'latin1'));
    } catch (err) {
      if (!(err instanceof UnexpectedAnswer) && !(err instanceof SubgraphFault)) throw err;
      // What has come already is not asked for again.
      return this.execute(task, new PolicyLimits(UNCACHEABLE), fetched);
    }
  }

  /** Keeps no answer; `limits` say in the end for how long and for whom it may be kept. */
  async execute(
    task: Task,
    limits = new PolicyLimits(UNCACHEABLE),
    fetched?: FetchedAnswers,
  ): Promise<Answer> {
    const { graph, operation, deferred, draft, variables, identity, context } = task;
    const { run, projection } = deferred ?? operation;
    const ask = this.asker(task, limits, operation.requirements && identity, fetched);
    const kept = this.services.cache?.keptEntities({
      ask: this.asker(task, limits, null),
      isAlike: (subgraph) => !this.services.headers.relevantTo([subgraph], context.headers),
      limits,
    });
    const how: Run = { variables, requestId: context.requestId, ask, kept };
    await run([draft], how);
    const { json, faults } = projection.write(draft.data, variables);
    const errors = completionErrors(draft.errors, faults, draft.nulled);
    this.logHoles(errors.slice(draft.errors.length), context);
    const more = deferred ? ',"hasNext":true' : '';
    const rest =
      deferred && deliverParts(deferred.parts, draft.data, how, graph.supergraph.fullSchema);
    if (errors.length === 0) {
      return { ...answered(`{"data":${json}${more}${withCost(context)}}`), rest };
    }
    const text = withErrors(`"data":${json}${more},`, errors, context);
    return { ...answered(text), outcome: 'errors', rest };
  }

  private relevantHeaders({ operation, variables }: Task, headers: ClientHeaders) {
    const { node } = operation.plans.for(variables);
    return this.services.headers.relevantTo(subgraphsIn(node), headers);
  }

  private asker(
    task: Task,
    limits: PolicyLimits,
    identity: Identity | null,
    fetched = new FetchedAnswers(this.fetcher(task, identity)),
  ): Ask {
    const { subgraphs } = this.services;
    return async (asked) => {
      const raw = await fetched.fetch(asked);
      const answer = subgraphs.read(asked, raw, { isCounted: fetched.isUsed(asked) });
      limits.restrict(answer.policy ?? null);
      if (answer.headers) limits.restrict(UNCACHEABLE);
      return answer;
    };
  }

  private fetcher({ told, context }: Task, identity: Identity | null) {
    const { headers } = context;
    return async (asked: SubgraphRequest): Promise<RawAnswer> => {
      told.fetches += 1;
      const answer = await this.services.subgraphs.fetch({ ...asked, identity, headers });
      if (answer.headers) context.responded?.add(asked.subgraph, answer.headers);
      return answer;
    };
  }

  /** A subgraph that leaves out what its schema promises, and does not say why. */
  private logHoles(holes: readonly PathError[], { requestId }: Charged): void {
    if (holes.length === 0) return;
    const paths = holes.slice(0, MOST_LOGGED_PATHS).map(({ path = [] }) => path.join('.'));
    this.services.log.error({ requestId, paths }, 'a subgraph left out what must be there');
  }
}
