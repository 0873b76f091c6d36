import { CachePlanner } from '../cache/planner';
import { Authorisation, type AuthoriseOptions } from '../guard/authorise';
import type { OperationLimits } from '../guard/limits';
import type { LoadedSupergraph } from '../supergraph/load';

import { checkLiveRules } from './live-rules';
import { Operations } from './operations';

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
  /** Whether answers are cached. */
  caches: boolean;
}

/**
 * Prepares a supergraph to take over from `former`: what was asked for last is planned before it serves.
 * Throws ConfigError for live directives and tags that make no sense.
 */
export async function prepareGraph(
  supergraph: LoadedSupergraph,
  { limits, authorise, caches }: GraphOptions,
  former: Graph | undefined,
): Promise<Graph> {
  checkLiveRules(supergraph.supergraph);
  const authorisation = new Authorisation(supergraph, authorise);
  const cache = caches ? new CachePlanner(supergraph) : null;
  const operations = new Operations(supergraph, authorisation, limits, Math.random, cache);
  if (former) await operations.warm(former.operations.recent());
  return { supergraph, authorisation, operations, cache };
}
