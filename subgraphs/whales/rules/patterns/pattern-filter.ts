import { invalidInput } from '@spyhop/platform/errors';
import { z } from 'zod';
import { PATTERN_RULES, type PatternRule } from './pattern';

/** Which patterns are asked for; all of what is given must hold. */
export interface PatternFilter {
  /** Null for any. */
  symbols: string[] | null;
  rules: readonly PatternRule[];
}

const MOST_SYMBOLS = 50;

/** What a client asks for. Throws INVALID_INPUT. */
export function readPatternFilter(asked: {
  symbols?: readonly string[] | null;
  rules?: readonly PatternRule[] | null;
}): PatternFilter {
  const symbols = asked.symbols ?? [];
  if (symbols.length > MOST_SYMBOLS || symbols.some(({ length }) => length < 1 || length > 64)) {
    throw invalidInput(`\`symbols\` takes at most ${MOST_SYMBOLS} names of 1 to 64 characters.`);
  }
  const names = [...new Set(symbols.map((name) => name.toUpperCase()))];
  const rules = new Set(asked.rules ?? []);
  return {
    symbols: names.length > 0 ? names : null,
    rules: rules.size > 0 ? [...rules] : PATTERN_RULES,
  };
}

/** Where a page of patterns begins: behind this one. */
const PatternPlace = z.object({ time: z.number().int(), id: z.string().max(600) });
export type PatternPlace = z.infer<typeof PatternPlace>;

export const encodePatternPlace = ({ time, id }: PatternPlace): string =>
  Buffer.from(JSON.stringify({ time, id })).toString('base64url');

/** Throws INVALID_INPUT for a cursor that this list did not make. */
export function decodePatternPlace(text: string): PatternPlace {
  const place = PatternPlace.safeParse(jsonOf(text));
  if (place.success) return place.data;
  throw invalidInput(
    'The cursor cannot be used: this list did not make it. Pass `endCursor` of the page before, or leave `after` out.',
  );
}

function jsonOf(text: string): unknown {
  if (text.length > 1_200) return null;
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    return null;
  }
}
