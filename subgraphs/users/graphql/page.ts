import type { PageInfo } from '@spyhop/platform/page-info';
import { checkFirst } from '@spyhop/platform/page-size';
import { ArgsType, Field, Int } from 'type-graphql';
import type { z } from 'zod';
import { MOST_PER_PAGE, type Page, type Place, pageOf, readCursor } from '../rules/page';

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

/** A list in pages, and what is shown of its items. */
interface PagedList<Node, View> {
  /** At most `limit` of those behind a place; null is the start. */
  list: (range: { after: Place | null; limit: number }) => Promise<readonly Node[]>;
  placeOf: (node: Node) => Place;
  view: (node: Node) => View;
  /** What ids in cursors are like; UUIDs unless given. */
  ids?: z.ZodType<string>;
}

/** The page that is asked for, as a Relay connection. Throws INVALID_INPUT. */
export async function readPage<Node, View>(
  { first, after: cursor }: PageArgs,
  { list, placeOf, view, ids }: PagedList<Node, View>,
): Promise<Connection<View>> {
  checkFirst(first, MOST_PER_PAGE);
  const after = readCursor(cursor, ids);
  // One more, to know whether more follow.
  const found = await list({ after, limit: first + 1 });
  return connectionOf(pageOf(found, { first, after, placeOf }), view);
}

interface Connection<View> {
  edges: { cursor: string; node: View }[];
  pageInfo: PageInfo;
}

function connectionOf<Node, View>(
  { nodes, hasNextPage, hasPreviousPage, cursorOf }: Page<Node>,
  view: (node: Node) => View,
): Connection<View> {
  const edges = nodes.map((node) => ({ cursor: cursorOf(node), node: view(node) }));
  const startCursor = edges[0]?.cursor ?? null;
  const endCursor = edges.at(-1)?.cursor ?? null;
  return { edges, pageInfo: { hasNextPage, hasPreviousPage, startCursor, endCursor } };
}
