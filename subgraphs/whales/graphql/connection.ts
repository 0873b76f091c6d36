import { encodeCursor } from '../rules/cursor';
import type { WhaleTransaction as Stored } from '../rules/whale';
import { WhaleTransaction, type WhaleTransactionConnection } from './whale';

/** A page of what was found with one more than the page takes. */
export function connectionOf(
  found: readonly Stored[],
  first: number,
  hasPreviousPage: boolean,
): WhaleTransactionConnection {
  const edges = found
    .slice(0, first)
    .map((stored) => ({ cursor: encodeCursor(stored), node: new WhaleTransaction(stored) }));
  return {
    edges,
    pageInfo: {
      hasNextPage: found.length > first,
      hasPreviousPage,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}
