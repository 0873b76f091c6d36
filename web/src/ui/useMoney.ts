import { createContext, use } from 'react';
import type { Formats } from './format';
import { inDollars, type Money } from './money';
import { useFormats } from './useFormats';

/** What one US dollar is worth in a currency, by whom and when. */
export interface Rate {
  /** A decimal text above 0. */
  perDollar: string;
  /** Epoch ms. */
  at: number;
  source: 'LIVE' | 'SIMULATED';
}

/** How amounts of dollars are shown to somebody who has chosen another currency. */
export interface Conversion {
  money: Money;
  /** ISO 4217. */
  chosen: string;
  /** Null while it is not known: then dollars are shown. */
  rate: Rate | null;
  /** Whether a rate may still come. */
  isLoading: boolean;
}

/** Null where dollars were chosen. */
export const ConversionContext = createContext<Conversion | null>(null);

/** How amounts of dollars are shown; null where they are shown as they are. */
export function useConversion(): Conversion | null {
  return use(ConversionContext);
}

const made = new WeakMap<Formats, Money>();

function dollarsOf(formats: Formats): Money {
  const known = made.get(formats);
  if (known) return known;
  const money = inDollars(formats);
  made.set(formats, money);
  return money;
}

/** Writes amounts of dollars in the person's currency; the same object until a preference or the rate changes. */
export function useMoney(): Money {
  const formats = useFormats();
  return useConversion()?.money ?? dollarsOf(formats);
}
