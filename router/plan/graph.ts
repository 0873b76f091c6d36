import { CachePlanner } from '../cache/planner';
import { Authorisation, type AuthoriseOptions } from '../guard/authorise';
import { CostModel } from '../guard/cost';
import type { OperationLimits } from '../guard/limits';
import type { Turns } from '../guard/turns';
import type { LoadedSupergraph } from '../supergraph/load';
import { checkLiveRules } from './live-rules';
import { Operations } from './operations';
import { rehearsal } from './rehearsal';

/** A supergraph and what was prepared for it. */
export interface Graph {
  supergraph: LoadedSupergraph;
  authorisation: Authorisation;
  operations: Operations;
  /** What of it may be cached; null where nothing is. */
  cache: CachePlanner | null;
}

interface GraphOptions {
  limits: OperationLimits;
  authorise: AuthoriseOptions;
  /** Elements of a list whose length nothing says, where it is priced. */
  listSize: number;
  /** Whether answers are cached. */
  caches: boolean;
  /** Whether everybody may know the schema; else refusals suggest no names of it. */
  isSchemaPublic: boolean;
  /** In which operations are prepared that nobody has asked for yet. */
  turns: Turns;
}

/**
 * Prepares a supergraph to take over from `former`: what was asked for most is planned before it serves.
 * Throws ConfigError for live directives and tags that make no sense.
 */
export async function prepareGraph(
  supergraph: LoadedSupergraph,
  { limits, authorise, listSize, caches, isSchemaPublic, turns }: GraphOptions,
  former: Graph | undefined,
): Promise<Graph> {
  checkLiveRules(supergraph.supergraph);
  const authorisation = new Authorisation(supergraph, authorise);
  const costs = new CostModel(supergraph.supergraph.schema, listSize);
  const cache = caches ? new CachePlanner(supergraph) : null;
  const rules = { limits, costs, isSchemaPublic, random: Math.random };
  const operations = new Operations(supergraph, authorisation, rules, turns, cache);
  await operations.warm(former?.operations.favourites() ?? rehearsal(supergraph.apiSchema));
  return { supergraph, authorisation, operations, cache };
}
