import type { FetchNode } from '@apollo/query-planner';
import { type GraphQLSchema, isObjectType } from 'graphql';
import { type At, clientPath, pathOf } from './at';
import type { CacheableFetch } from '../cache/planner';
import type { FetchedGraph, Run, Step, Target } from './compile-plan';
import { type ContextGroup, groupByContext } from './context-arguments';
import { type Path, isObject, mergeInto } from './data';
import { SubgraphFault, codedError, publicError } from './errors';
import type { KeptEntities } from './kept-entities';
import { represent } from './representations';
import { rootPathsOf } from './root-paths';
import { bodyWriter } from './subgraph-body';
import { applyRewrites } from './rewrites';
import type { SubgraphAnswer } from './subgraph-client';

/** Prepares a fetch: of its request only variables and representations are written when it runs. */
export function compileFetch(node: FetchNode, { schema, cache }: FetchedGraph): Step {
  const request = requester(node);
  const { requires } = node;
  if (!requires) {
    const pathsOf = rootPathsOf(node, schema);
    return async (targets, run) => {
      const missing = (): readonly Path[] => pathsOf(run.variables);
      try {
        mergeRoot(node, schema, await request(run), targets, missing);
      } catch (err) {
        if (!(err instanceof SubgraphFault)) throw err;
        reportFault(err, targets, missing());
      }
    };
  }
  const merge: MergeEntities = (answer, holders) => mergeEntities(node, schema, answer, holders);
  const cacheable = cache?.entityFetch(node);
  const fetchEntities: Step = async (targets, run) => {
    const asked = representTargets(node, requires, targets, schema);
    if (asked.texts.length === 0) return;
    const { kept } = run;
    if (cacheable && kept?.isAlike(cacheable.subgraph)) {
      return fetchMissing(cacheable, asked, { ...run, kept }, request, merge);
    }
    merge(await request(run, asked.texts), asked.holders);
  };
  const { contextRewrites } = node;
  if (!contextRewrites) return fetchEntities;
  return async (targets, run) => {
    const groups = groupByContext(contextRewrites, targets, schema);
    const ofGroup = ({ values, targets: those }: ContextGroup): Promise<void> =>
      fetchEntities(those, { ...run, variables: { ...run.variables, ...values } });
    await Promise.all(groups.map(ofGroup));
  };
}

type Request = (run: Run, representations?: readonly string[]) => Promise<SubgraphAnswer>;
type MergeEntities = (answer: SubgraphAnswer, holders: readonly Target[][]) => void;

/** Asks the subgraph only for what is not kept, and keeps it then. */
async function fetchMissing(
  fetch: CacheableFetch,
  { texts, holders }: AskedEntities,
  run: Run & { kept: KeptEntities },
  request: Request,
  merge: MergeEntities,
): Promise<void> {
  const found = await run.kept.find(fetch, run.variables, texts);
  const [missingTexts, missingHolders]: [string[], Target[][]] = [[], []];
  found.entities.forEach((entity, index) => {
    const waiting = holders[index] ?? [];
    if (entity !== undefined) return merge({ data: { _entities: [entity] } }, [waiting]);
    missingTexts.push(texts[index] ?? '');
    missingHolders.push(waiting);
  });
  if (missingTexts.length === 0) return;
  try {
    const answer = await request({ ...run, ask: run.kept.ask }, missingTexts);
    found.keep(answer);
    merge(answer, missingHolders);
  } catch (err) {
    if (!(err instanceof SubgraphFault)) throw err;
    reportFault(err, missingHolders.flat());
  }
}

const ITSELF: readonly Path[] = [[]];

/**
 * What a subgraph did not answer is missing in all that waited for it, or below them: the root is there without it, and
 * each of its fields says so for itself.
 */
export function reportFault(
  fault: SubgraphFault,
  targets: readonly Target[],
  missing = ITSELF,
): void {
  for (const { draft, at } of targets) {
    for (const below of missing) {
      const path = [...pathOf(at), ...below];
      draft.errors.push(codedError('UPSTREAM_UNAVAILABLE', fault.message, path));
    }
  }
}

function requester(node: FetchNode): Request {
  const { serviceName: subgraph } = node;
  const bodyOf = bodyWriter(node);
  const repeatable = node.operationKind !== 'mutation';
  return ({ variables, requestId, ask }, representations) =>
    ask({ subgraph, body: bodyOf(variables, representations), requestId, repeatable });
}

function mergeRoot(
  node: FetchNode,
  schema: GraphQLSchema,
  { data, errors = [] }: SubgraphAnswer,
  targets: readonly Target[],
  missing: () => readonly Path[],
): void {
  if (data) {
    applyRewrites(schema, node.outputRewrites, data);
    for (const { object } of targets) mergeInto(object, data);
  } else if (errors.length > 0) {
    targets.forEach(noteNulled);
  }
  for (const target of targets) {
    for (const error of errors) {
      const path = pathIn(error);
      const paths = path.length > 0 ? [path] : missing();
      for (const below of paths) reportAt(target, error, below);
    }
  }
}

/** Equal representations are sent once; `holders` says who waits for which. */
interface AskedEntities {
  texts: string[];
  holders: Target[][];
}

function representTargets(
  node: FetchNode,
  requires: NonNullable<FetchNode['requires']>,
  targets: readonly Target[],
  schema: GraphQLSchema,
): AskedEntities {
  const texts: string[] = [];
  const holders: Target[][] = [];
  const known = new Map<string, Target[]>();
  for (const target of targets) {
    const representation = represent(schema, target.object, requires);
    if (representation?.['__typename'] === undefined) continue;
    applyRewrites(schema, node.inputRewrites, representation);
    const text = JSON.stringify(representation);
    const waiting = known.get(text);
    if (waiting) {
      waiting.push(target);
      continue;
    }
    const first = [target];
    known.set(text, first);
    holders.push(first);
    texts.push(text);
  }
  return { texts, holders };
}

function mergeEntities(
  node: FetchNode,
  schema: GraphQLSchema,
  { data, errors = [] }: SubgraphAnswer,
  holders: readonly Target[][],
): void {
  const entities = data?.['_entities'];
  if (Array.isArray(entities)) {
    if (entities.length !== holders.length) {
      throw new SubgraphFault(
        node.serviceName,
        `${entities.length} of ${holders.length} _entities`,
      );
    }
    holders.forEach((waiting, index) => mergeEntity(node, schema, entities[index], waiting));
  } else if (errors.length === 0) {
    throw new SubgraphFault(node.serviceName, 'no _entities');
  }
  for (const error of errors) reportEntityError(error, entities, holders);
}

/**
 * Holders of one entity share what is below it: a later fetch adds the same to all of them, because
 * it meets them at one path and asks for the same.
 */
function mergeEntity(
  node: FetchNode,
  schema: GraphQLSchema,
  entity: unknown,
  waiting: readonly Target[],
): void {
  if (!isObject(entity)) return;
  // A subgraph that knows only the interface (`@interfaceObject`) names that.
  const { __typename: named } = entity;
  if (typeof named === 'string' && !isObjectType(schema.getType(named)))
    delete entity['__typename'];
  entity['__typename'] ??= waiting[0]?.object['__typename'];
  applyRewrites(schema, node.outputRewrites, entity);
  for (const { object } of waiting) mergeInto(object, entity);
}

function reportEntityError(error: unknown, entities: unknown, holders: readonly Target[][]): void {
  const [root, index, ...below] = pathIn(error);
  const known = root === '_entities' && typeof index === 'number' ? holders[index] : undefined;
  for (const target of known ?? holders.flat()) reportAt(target, error, known ? below : []);
  if (known && !(Array.isArray(entities) && isObject(entities[Number(index)])))
    known.forEach(noteNulled);
}

const noteNulled = ({ draft, at }: Target): void => {
  (draft.nulled ??= []).push(pathOf(at));
};

const reportAt = (
  { draft, at }: { draft: Target['draft']; at: At | null },
  error: unknown,
  below: Path,
): void => {
  draft.errors.push(publicError(error, [...pathOf(at), ...below]));
};

/** As the client calls its steps. */
const pathIn = (error: unknown): Path =>
  isObject(error) && Array.isArray(error['path']) ? clientPath(error['path'] as Path) : [];
