import { parseExactJson } from '@spyhop/platform/exact-json';

/** What a text says; null where it is no JSON. */
export const jsonOf = (text: string): unknown => orNull(JSON.parse, text);

/** The same with numbers as they are written, as text. */
export const exactJsonOf = (text: string): unknown => orNull(parseExactJson, text);

function orNull(parse: (text: string) => unknown, text: string): unknown {
  try {
    return parse(text);
  } catch {
    return null;
  }
}
