import type { FetchNode, PlanNode } from '@apollo/query-planner';
import type { GraphQLSchema } from 'graphql';
import { type Data, type Path, isObject, mergeInto } from './data';
import { type PathError, SubgraphFault, codedError, publicError } from './errors';
import { represent } from './representations';
import { applyRewrites } from './rewrites';
import type { SubgraphAnswer, SubgraphRequest } from './subgraph-client';

/** A response in the making. Paths of its errors start at `data`. */
export interface Draft {
  data: Data;
  errors: PathError[];
}

/** What running a plan needs besides the plan. */
export interface Run {
  /** Several events may be joined in one go: their entities then share the fetches. */
  drafts: readonly Draft[];
  variables: Readonly<Record<string, unknown>>;
  schema: GraphQLSchema;
  requestId: string;
  ask: (request: SubgraphRequest) => Promise<SubgraphAnswer>;
}

/** An object of a draft that a fetch adds to. */
interface Target {
  draft: Draft;
  path: Path;
  object: Data;
}

/** Runs a plan over the drafts and merges what subgraphs answer into them. Faults become errors of the drafts. */
export const runPlan = (plan: PlanNode, run: Run): Promise<void> =>
  runNode(
    plan,
    run.drafts.map((draft) => ({ draft, path: [], object: draft.data })),
    run,
  );

async function runNode(node: PlanNode, targets: readonly Target[], run: Run): Promise<void> {
  switch (node.kind) {
    case 'Sequence':
      for (const step of node.nodes) await runNode(step, targets, run);
      return;
    case 'Parallel':
      await Promise.all(node.nodes.map((branch) => runNode(branch, targets, run)));
      return;
    case 'Flatten':
      return runNode(node.node, descend(targets, node.path), run);
    case 'Condition': {
      const branch = run.variables[node.condition] === true ? node.ifClause : node.elseClause;
      return branch ? runNode(branch, targets, run) : undefined;
    }
    case 'Fetch':
      return targets.length === 0 ? undefined : runFetch(node, targets, run);
    case 'Defer':
      throw new Error('deferred plans are not asked for');
  }
}

/** The objects at `path` below the targets; '@' stands for every element of a list. */
function descend(targets: readonly Target[], path: Path): Target[] {
  const found: Target[] = [];
  for (const target of targets) collect(target, target.object, target.path, path, found);
  return found;
}

function collect(target: Target, value: unknown, at: Path, path: Path, found: Target[]): void {
  const [step, ...rest] = path;
  if (Array.isArray(value)) {
    const below = step === '@' ? rest : path;
    value.forEach((element, index) => collect(target, element, [...at, index], below, found));
  } else if (isObject(value)) {
    if (step === undefined) found.push({ draft: target.draft, path: at, object: value });
    else collect(target, value[step], [...at, step], rest, found);
  }
}

async function runFetch(node: FetchNode, targets: readonly Target[], run: Run): Promise<void> {
  try {
    if (node.requires) await fetchEntities(node, node.requires, targets, run);
    else await fetchRoot(node, targets, run);
  } catch (err) {
    if (!(err instanceof SubgraphFault)) throw err;
    for (const { draft, path } of targets) {
      draft.errors.push(codedError('UPSTREAM_UNAVAILABLE', err.message, path));
    }
  }
}

async function fetchRoot(node: FetchNode, targets: readonly Target[], run: Run): Promise<void> {
  const { data, errors = [] } = await run.ask(requestFor(node, usedVariables(node, run), run));
  applyRewrites(run.schema, node.outputRewrites, data);
  if (data) mergeIntoEach(targets, data);
  for (const target of targets) {
    for (const error of errors) reportAt(target, error, pathOf(error));
  }
}

async function fetchEntities(
  node: FetchNode,
  requires: NonNullable<FetchNode['requires']>,
  targets: readonly Target[],
  run: Run,
): Promise<void> {
  const asked = representTargets(node, requires, targets, run.schema);
  if (asked.representations.length === 0) return;
  const { representations, holders } = asked;
  const variables = { ...usedVariables(node, run), representations };
  const { data, errors = [] } = await run.ask(requestFor(node, variables, run));
  const entities = data?.['_entities'];
  if (Array.isArray(entities)) mergeEntities(node, entities, holders, run.schema);
  else if (errors.length === 0) throw new SubgraphFault(node.serviceName, 'no _entities');
  for (const error of errors) reportEntityError(error, holders);
}

/** Equal representations are sent once; `holders` says who waits for which. */
function representTargets(
  node: FetchNode,
  requires: NonNullable<FetchNode['requires']>,
  targets: readonly Target[],
  schema: GraphQLSchema,
): { representations: Data[]; holders: Target[][] } {
  const representations: Data[] = [];
  const holders: Target[][] = [];
  const known = new Map<string, Target[]>();
  for (const target of targets) {
    const representation = represent(schema, target.object, requires);
    if (representation?.['__typename'] === undefined) continue;
    applyRewrites(schema, node.inputRewrites, representation);
    const key = JSON.stringify(representation);
    const waiting = known.get(key);
    if (waiting) {
      waiting.push(target);
      continue;
    }
    const first = [target];
    known.set(key, first);
    holders.push(first);
    representations.push(representation);
  }
  return { representations, holders };
}

function mergeEntities(
  node: FetchNode,
  entities: readonly unknown[],
  holders: readonly Target[][],
  schema: GraphQLSchema,
): void {
  if (entities.length !== holders.length) {
    throw new SubgraphFault(node.serviceName, `${entities.length} of ${holders.length} _entities`);
  }
  holders.forEach((waiting, index) => {
    const entity = entities[index];
    if (!isObject(entity)) return;
    entity['__typename'] ??= waiting[0]?.object['__typename'];
    applyRewrites(schema, node.outputRewrites, entity);
    mergeIntoEach(waiting, entity);
  });
}

/** Each target owns what it gets: later fetches add to it at its own path. */
function mergeIntoEach(targets: readonly Target[], source: Data): void {
  targets.forEach(({ object }, turn) =>
    mergeInto(object, turn === targets.length - 1 ? source : structuredClone(source)),
  );
}

function reportEntityError(error: unknown, holders: readonly Target[][]): void {
  const [root, index, ...below] = pathOf(error);
  const known = root === '_entities' && typeof index === 'number' ? holders[index] : undefined;
  for (const target of known ?? holders.flat()) reportAt(target, error, known ? below : []);
}

const reportAt = ({ draft, path }: Target, error: unknown, below: Path): void => {
  draft.errors.push(publicError(error, [...path, ...below]));
};

const pathOf = (error: unknown): Path =>
  isObject(error) && Array.isArray(error['path']) ? (error['path'] as Path) : [];

function usedVariables(node: FetchNode, run: Run): Data {
  const used: Data = {};
  for (const name of node.variableUsages ?? []) {
    if (run.variables[name] !== undefined) used[name] = run.variables[name];
  }
  return used;
}

const heads = new WeakMap<FetchNode, string>();

/** All of a request but its variables never changes: it is serialised once per plan. */
function headOf(node: FetchNode): string {
  const known = heads.get(node);
  if (known !== undefined) return known;
  const { operation: query, operationName } = node;
  const head = JSON.stringify({ query, operationName }).slice(0, -1);
  heads.set(node, head);
  return head;
}

const requestFor = (node: FetchNode, variables: Data, run: Run): SubgraphRequest => ({
  subgraph: node.serviceName,
  body: `${headOf(node)},"variables":${JSON.stringify(variables)}}`,
  requestId: run.requestId,
  repeatable: node.operationKind !== 'mutation',
});
