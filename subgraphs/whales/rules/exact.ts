import { Decimal } from 'decimal.js';

/** decimal.js with room for every digit of 2^256 and of 36 decimals: nothing is ever rounded unasked. */
export const Exact = Decimal.clone({ precision: 200 });

/** A plain decimal number as text. */
export type DecimalText = string;

/** The sum of what is known; null where nothing is. */
export function sumOfKnown(values: readonly (DecimalText | null)[]): DecimalText | null {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return null;
  return known.reduce((sum, value) => sum.plus(value), new Exact(0)).toFixed();
}

const ENGLISH = new Intl.NumberFormat('en', { maximumFractionDigits: 36 });

/** As a sentence for people has it: every digit, in groups of three. */
export const grouped = (value: DecimalText): string =>
  ENGLISH.format(value as Intl.StringNumericLiteral);
