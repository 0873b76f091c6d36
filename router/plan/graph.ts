import type { LoadedSupergraph } from '../supergraph/load';
import type { OperationLimits } from './limits';
import { Operations } from './operations';

/** A supergraph and what was prepared for it. */
export interface Graph {
  supergraph: LoadedSupergraph;
  operations: Operations;
}

/** Prepares a supergraph to take over from `former`: what was asked for last is planned before it serves. */
export async function prepareGraph(
  supergraph: LoadedSupergraph,
  limits: OperationLimits,
  former: Graph | undefined,
): Promise<Graph> {
  const operations = new Operations(supergraph, limits, Math.random);
  if (former) await operations.warm(former.operations.recent());
  return { supergraph, operations };
}
