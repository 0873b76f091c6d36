import { invalidInput } from '@spyhop/platform/errors';

/** One page of a list, with a cursor for every item. */
export interface Page<Node> {
  edges: { cursor: string; node: Node }[];
  hasNextPage: boolean;
  hasPreviousPage: boolean;
}

/** A place in a list that is ordered by time, newest first, and id. Time is epoch ms. */
export interface Place {
  at: number;
  id: string;
}

/** Throws INVALID_INPUT unless 1 ≤ first ≤ most. */
export function checkFirst(first: number, most: number): void {
  if (first >= 1 && first <= most) return;
  throw invalidInput(`\`first\` must be 1 to ${most}, not ${first}.`, {
    argument: 'first',
    minimum: 1,
    maximum: most,
  });
}

/** The first items of what follows a cursor; `rest` may hold more than fit. */
export function pageOf<Node>(
  rest: readonly Node[],
  first: number,
  hasPreviousPage: boolean,
  cursorOf: (node: Node) => string,
): Page<Node> {
  const nodes = rest.slice(0, first);
  return {
    edges: nodes.map((node) => ({ node, cursor: cursorOf(node) })),
    hasNextPage: rest.length > first,
    hasPreviousPage,
  };
}

export const writeCursor = ({ at, id }: Place): string =>
  Buffer.from(`${at}.${id}`).toString('base64url');

const CURSOR = /^(\d{1,15})\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** Null for the start of the list. Throws INVALID_INPUT for what is no cursor. */
export function readCursor(after: string | null | undefined): Place | null {
  if (after == null) return null;
  const text = after.length > 100 ? '' : Buffer.from(after, 'base64url').toString();
  const [, at, id] = CURSOR.exec(text) ?? [];
  if (id !== undefined) return { at: Number(at), id };
  throw invalidInput('`after` must be a cursor of this list.', { argument: 'after' });
}
