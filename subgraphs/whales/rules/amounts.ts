import { type DecimalText, Exact } from './exact';

/** The most that a token of Ethereum can hold: uint256. */
const LARGEST = 2n ** 256n - 1n;
export const MOST_DECIMALS = 36;

/** An exact amount: `baseUnits` / 10^`decimals` units of an asset. */
export interface Amount {
  baseUnits: string;
  decimals: number;
}

/** In units of the asset, every digit kept, e.g. 123456 with 5 decimals is 1.23456. */
export function amountText({ baseUnits, decimals }: Amount): DecimalText {
  const digits = baseUnits.padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  const fraction = digits.slice(digits.length - decimals).replace(/0+$/, '');
  return fraction === '' ? whole : `${whole}.${fraction}`;
}

/** Of amounts of one asset, in its units, every digit kept; 0 of none. */
export const sumOf = (amounts: readonly Amount[]): DecimalText =>
  amounts.reduce((sum, amount) => sum.plus(amountText(amount)), new Exact(0)).toFixed();

/** Of a whole number of base units; null where it is not above zero, too large, or has no such decimals. */
export function amountOf(baseUnits: bigint, decimals: number): Amount | null {
  if (baseUnits <= 0n || baseUnits > LARGEST) return null;
  if (!Number.isInteger(decimals) || decimals < 0 || decimals > MOST_DECIMALS) return null;
  return { baseUnits: String(baseUnits), decimals };
}

const NUMBER = /^\d{1,100}(\.\d{1,100})?([eE][+-]?\d{1,3})?$/;

/** Of a decimal number as somebody writes it, also with an exponent; with as many decimals as it takes. */
export function readAmount(text: string): Amount | null {
  if (!NUMBER.test(text)) return null;
  const value = new Exact(text);
  const decimals = value.decimalPlaces();
  // Digits beyond the largest amount need not be written out to be refused.
  if (decimals > MOST_DECIMALS || value.e > 80) return null;
  return amountOf(BigInt(value.mul(new Exact(10).pow(decimals)).toFixed(0)), decimals);
}
