import type { PageInfo } from '@spyhop/platform/page-info';
import { Edge, type Page } from '../rules/page';

/** A page as a Relay connection. */
export function connectionOf<Node, View>(
  page: Page<Node>,
  view: (node: Node) => View,
): { edges: Edge<View>[]; pageInfo: PageInfo } {
  return {
    edges: page.edges.map((edge) => new Edge(view(edge.node), () => edge.cursor)),
    pageInfo: {
      hasNextPage: page.hasNextPage,
      hasPreviousPage: page.hasPreviousPage,
      startCursor: page.edges[0]?.cursor ?? null,
      endCursor: page.edges.at(-1)?.cursor ?? null,
    },
  };
}
