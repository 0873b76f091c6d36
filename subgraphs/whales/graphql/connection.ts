import type { PageInfo } from '@spyhop/platform/page-info';
import { encodeCursor } from '../rules/cursor';
import type { WhaleTransaction as Stored } from '../rules/whale';
import { WhaleTransaction } from './whale';

interface Edge<Node> {
  cursor: string;
  node: Node;
}

/** A page of what was found with one more than the page takes. */
export function connectionOf<Found, Node>(
  found: readonly Found[],
  first: number,
  hasPreviousPage: boolean,
  edgeOf: (each: Found) => Edge<Node>,
): { edges: Edge<Node>[]; pageInfo: PageInfo } {
  const edges = found.slice(0, first).map(edgeOf);
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

export const transactionEdge = (stored: Stored): Edge<WhaleTransaction> => ({
  cursor: encodeCursor(stored),
  node: new WhaleTransaction(stored),
});
