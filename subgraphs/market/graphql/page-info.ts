import { Directive, Field, ObjectType } from 'type-graphql';
import { Edge, type Page } from '../rules/page';

@Directive('@shareable')
@ObjectType({ description: 'Where a page stands in its list.', simpleResolvers: true })
export class PageInfo {
  @Field({ description: 'More items follow.' })
  hasNextPage: boolean;

  @Field({ description: 'Items come before this page.' })
  hasPreviousPage: boolean;

  @Field(() => String, {
    nullable: true,
    description: 'Cursor of the first item; null on an empty page.',
  })
  startCursor: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Cursor of the last item, for `after` of the next page; null on an empty page.',
  })
  endCursor: string | null;
}

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
