import { Decimal } from 'decimal.js';
import type { DecimalText } from './market-data';

/** decimal.js with room for every digit a market sends: sums and products are never rounded. */
export const Exact = Decimal.clone({ precision: 120 });
export type Exact = Decimal;

/** Without an exponent, every digit kept. */
export const textOf = (value: Exact): DecimalText => value.toFixed();

/** Rounding to a double keeps order, so only numbers that look equal need exact arithmetic. */
export function isGreater(a: DecimalText, b: DecimalText): boolean {
  const [x, y] = [Number(a), Number(b)];
  return x === y ? new Exact(a).gt(b) : x > y;
}

/** The larger number; the first of two equal ones. */
export const larger = (a: DecimalText, b: DecimalText): DecimalText => (isGreater(b, a) ? b : a);

/** The smaller number; the first of two equal ones. */
export const smaller = (a: DecimalText, b: DecimalText): DecimalText => (isGreater(a, b) ? b : a);

export const sum = (a: DecimalText, b: DecimalText): DecimalText => textOf(new Exact(a).plus(b));
