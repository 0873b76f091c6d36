import fixed from '../exchange-rates.json';
import { Exact, textOf } from './exact';
import type { DecimalText } from './market-data';

/** What one US dollar is worth in a currency. */
export interface ExchangeRate {
  /** ISO 4217. */
  currency: string;
  perDollar: DecimalText;
}

/** Rates of one moment, by currency; the dollar is among them. */
export interface RatesOfDollar {
  /** Epoch ms. */
  at: number;
  rates: readonly ExchangeRate[];
}

/** Far more digits than rates are quoted with: dividing prices hardly ever comes out even. */
const SIGNIFICANT_DIGITS = 12;

/** What stands in where nobody is asked: about what currencies were worth on one day. */
export const FIXED_RATES: RatesOfDollar = {
  at: Date.parse(fixed.at),
  rates: Object.entries(fixed.perDollar).map(([currency, perDollar]) => ({ currency, perDollar })),
};

/** Rates of what one thing costs in each currency, ISO 4217, of which the dollar is one; all above 0. */
export function ratesOf(
  prices: ReadonlyMap<string, DecimalText>,
  dollars: DecimalText,
): ExchangeRate[] {
  return [...prices]
    .map(([currency, price]) => ({
      currency,
      perDollar: textOf(new Exact(price).div(dollars).toSignificantDigits(SIGNIFICANT_DIGITS)),
    }))
    .sort((a, b) => (a.currency < b.currency ? -1 : 1));
}
