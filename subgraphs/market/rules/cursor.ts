import { invalidInput } from '@spyhop/platform/errors';
import { z } from 'zod';

/** A list whose cursors are told apart from those of other lists. */
export type CursorKind = 'assets' | 'candles' | 'trades';

const LONGEST_CURSOR = 512;

const envelope = z.looseObject({ of: z.string() });

/** A position in a list as text that clients hand back unread: base64url of JSON. */
export function encodeCursor(of: CursorKind, position: Record<string, unknown>): string {
  return Buffer.from(JSON.stringify({ of, ...position })).toString('base64url');
}

/** Throws INVALID_INPUT that names what is wrong with a cursor this list did not make. */
export function decodeCursor<Position>(
  text: string,
  of: CursorKind,
  schema: z.ZodType<Position>,
): Position {
  const parsed = envelope.safeParse(jsonOf(text));
  if (!parsed.success) throw badCursor(text, 'it is not a cursor that this API made');
  if (parsed.data.of !== of) {
    throw badCursor(text, `it belongs to the list "${parsed.data.of}", not to "${of}"`);
  }
  const position = schema.safeParse(parsed.data);
  if (position.success) return position.data;
  const issue = position.error.issues[0];
  throw badCursor(text, `its "${issue?.path.join('.')}" is wrong: ${issue?.message}`);
}

/** The error for a cursor that cannot be used, and how to get one that can. */
export const badCursor = (text: string, why: string): Error =>
  invalidInput(
    `The cursor ${JSON.stringify(text.slice(0, 40))} cannot be used: ${why}. ` +
      'Pass `endCursor` of the page before, with the same arguments, or leave `after` out to start anew.',
  );

function jsonOf(text: string): unknown {
  if (text.length > LONGEST_CURSOR || !/^[\w-]+$/.test(text)) return null;
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    return null;
  }
}
