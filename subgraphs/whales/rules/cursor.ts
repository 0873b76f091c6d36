import { invalidInput } from '@spyhop/platform/errors';
import { z } from 'zod';

/** Where a page begins: behind this transaction. */
const Place = z.object({
  /** Epoch ms. */
  time: z.number().int(),
  chain: z.string().max(100),
  hash: z.string().max(200),
});
export type Place = z.infer<typeof Place>;

const LONGEST = 600;

/** A place as text that clients hand back unread: base64url of JSON. */
export const encodeCursor = ({ time, chain, hash }: Place): string =>
  Buffer.from(JSON.stringify({ time, chain, hash })).toString('base64url');

/** Throws INVALID_INPUT for a cursor that this list did not make. */
export function decodeCursor(text: string): Place {
  const place = Place.safeParse(jsonOf(text));
  if (place.success) return place.data;
  throw invalidInput(
    `The cursor ${JSON.stringify(text.slice(0, 40))} cannot be used: this list did not make it. ` +
      'Pass `endCursor` of the page before, or leave `after` out to start anew.',
  );
}

function jsonOf(text: string): unknown {
  if (text.length > LONGEST || !/^[\w-]+$/.test(text)) return null;
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    return null;
  }
}
