type Reviver = (key: string, value: unknown, context: { source?: string }) => unknown;

const parse = JSON.parse as (text: string, reviver: Reviver) => unknown;

/** JSON with every number as the text it was written in, so that no digit is lost. Throws SyntaxError. */
export const parseExactJson = (text: string): unknown =>
  parse(text, (_, value, { source }) => (typeof value === 'number' ? source : value));
