import { ArgsType, Directive, Field, Int, ObjectType } from 'type-graphql';
import type { Page } from '../rules/page';

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

@ArgsType()
export class PageArgs {
  @Field(() => Int, { defaultValue: 20, description: 'Length of the page, 1 to 100.' })
  first: number;

  @Field(() => String, {
    nullable: true,
    description: 'Cursor of the last item seen; null for the start of the list.',
  })
  after?: string | null;
}

/** A page as a Relay connection. */
export function connectionOf<Node, View>(
  { nodes, hasNextPage, hasPreviousPage, cursorOf }: Page<Node>,
  view: (node: Node) => View,
): { edges: { cursor: string; node: View }[]; pageInfo: PageInfo } {
  const edges = nodes.map((node) => ({ cursor: cursorOf(node), node: view(node) }));
  const startCursor = edges[0]?.cursor ?? null;
  const endCursor = edges.at(-1)?.cursor ?? null;
  return { edges, pageInfo: { hasNextPage, hasPreviousPage, startCursor, endCursor } };
}
