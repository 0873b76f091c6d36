import { invalidInput } from '@spyhop/platform/errors';
import { z } from 'zod';

export const MOST_PER_PAGE = 100;

/** One page of a list, newest first. */
export interface Page<Node> {
  nodes: Node[];
  hasNextPage: boolean;
  hasPreviousPage: boolean;
  cursorOf: (node: Node) => string;
}

/** A place in a list that is ordered by time, then by id. Time is epoch ms. */
export interface Place {
  at: number;
  id: string;
}

const Time = z.number().int().nonnegative();
/** Ids that count up. */
export const NumberedId = z.string().regex(/^\d{1,15}$/);

export const writeCursor = ({ at, id }: Place): string =>
  Buffer.from(JSON.stringify([at, id])).toString('base64url');

/** Null for the start of the list. Throws INVALID_INPUT for what is no cursor. `Id` says what ids are like. */
export function readCursor(
  text: string | null | undefined,
  Id: z.ZodType<string> = z.uuid(),
): Place | null {
  if (text == null) return null;
  try {
    const [at, id] = z
      .tuple([Time, Id])
      .parse(JSON.parse(Buffer.from(text, 'base64url').toString()));
    return { at, id };
  } catch {
    throw invalidInput('`after` must be a cursor of this list.', { argument: 'after' });
  }
}

/** The first of what follows a cursor; `rest` holds one more than fits where more follow. */
export const pageOf = <Node>(
  rest: readonly Node[],
  { first, after, placeOf }: { first: number; after: Place | null; placeOf: (node: Node) => Place },
): Page<Node> => ({
  nodes: rest.slice(0, first),
  hasNextPage: rest.length > first,
  hasPreviousPage: after !== null,
  cursorOf: (node) => writeCursor(placeOf(node)),
});
