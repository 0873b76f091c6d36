import type { FetchNode, PlanNode } from '@apollo/query-planner';
import type { GraphQLSchema } from 'graphql';
import type { CachePlanner } from '../cache/planner';
import type { At } from './at';
import { type Data, type Path, isObject } from './data';
import { type PathError, SubgraphFault } from './errors';
import { compileFetch, reportFault } from './compile-fetch';
import type { KeptEntities } from './kept-entities';
import type { Ask } from './subgraph-client';

/** A response in the making. Paths of its errors start at `data`. */
export interface Draft {
  data: Data;
  errors: PathError[];
  /** Objects of which a subgraph left out everything because of an error further down, as it has to. */
  nulled?: Path[];
}

/** What running a plan needs besides the plan. */
export interface Run {
  /** Coerced, defaults included. */
  variables: Readonly<Record<string, unknown>>;
  requestId: string;
  ask: Ask;
  /** Where entities that everybody may share are kept; without it all are fetched. */
  kept?: KeptEntities | undefined;
}

/** An object of a draft that a fetch adds to. */
export interface Target {
  draft: Draft;
  at: At | null;
  object: Data;
}

/** Does one part of a plan for all targets at once. */
export type Step = (targets: readonly Target[], run: Run) => Promise<void>;

/**
 * Runs a plan over drafts and merges what subgraphs answer into them; faults become errors of the
 * drafts. Several drafts that are run in one go share their entities' fetches.
 */
export type RunPlan = (drafts: readonly Draft[], run: Run) => Promise<void>;

/** Prepares a plan once for any number of runs. Without `cache` none of its entities are kept. */
export function compilePlan(
  plan: PlanNode | undefined,
  schema: GraphQLSchema,
  cache: CachePlanner | null = null,
): RunPlan {
  if (!plan) return () => Promise.resolve();
  const step = compileNode(plan, { schema, cache });
  return (drafts, run) =>
    step(
      drafts.map((draft) => ({ draft, at: null, object: draft.data })),
      run,
    );
}

/** What a plan is compiled for. */
export interface FetchedGraph {
  schema: GraphQLSchema;
  cache: CachePlanner | null;
}

function compileNode(node: PlanNode, graph: FetchedGraph): Step {
  switch (node.kind) {
    case 'Sequence':
      return inSequence(node.nodes.map((step) => compileNode(step, graph)));
    case 'Parallel':
      return inParallel(node.nodes.map((branch) => compileNode(branch, graph)));
    case 'Flatten': {
      const step = compileNode(node.node, graph);
      return (targets, run) => step(descend(targets, node.path), run);
    }
    case 'Condition': {
      const [then, otherwise] = [node.ifClause, node.elseClause].map((branch) =>
        branch ? compileNode(branch, graph) : nothing,
      );
      return (targets, { variables, ...run }) =>
        ((variables[node.condition] === true ? then : otherwise) ?? nothing)(targets, {
          variables,
          ...run,
        });
    }
    case 'Fetch':
      return fetchStep(node, graph);
    case 'Defer':
      return inSequence(
        [node.primary.node, ...node.deferred.map((part) => part.node)].map((part) =>
          part ? compileNode(part, graph) : nothing,
        ),
      );
  }
}

const nothing: Step = () => Promise.resolve();

const inSequence =
  (steps: readonly Step[]): Step =>
  async (targets, run) => {
    for (const step of steps) await step(targets, run);
  };

const inParallel =
  (branches: readonly Step[]): Step =>
  async (targets, run) => {
    await Promise.all(branches.map((branch) => branch(targets, run)));
  };

function fetchStep(node: FetchNode, graph: FetchedGraph): Step {
  const fetch = compileFetch(node, graph);
  return async (targets, run) => {
    if (targets.length === 0) return;
    try {
      await fetch(targets, run);
    } catch (err) {
      if (!(err instanceof SubgraphFault)) throw err;
      reportFault(err, targets);
    }
  };
}

/** The objects at `path` below the targets; '@' stands for every element of a list. */
export function descend(targets: readonly Target[], path: Path): readonly Target[] {
  const found: Target[] = [];
  for (const { draft, at, object } of targets) collect(draft, object, at, path, 0, found);
  return found;
}

function collect(
  draft: Draft,
  value: unknown,
  at: At | null,
  path: Path,
  from: number,
  found: Target[],
): void {
  if (Array.isArray(value)) {
    const below = path[from] === '@' ? from + 1 : from;
    for (let index = 0; index < value.length; index += 1) {
      collect(draft, value[index], { up: at, key: index }, path, below, found);
    }
    return;
  }
  if (!isObject(value)) return;
  const key = path[from];
  if (key === undefined) found.push({ draft, at, object: value });
  else collect(draft, value[key], { up: at, key }, path, from + 1, found);
}
