import type { DecimalText } from './market-data';

/** What an exchange says about one of its trading pairs. */
export interface Instrument {
  /** BTCUSDT */
  pair: string;
  /** Digits behind the decimal point of its prices; null where the exchange sets no step. */
  priceDecimals: number | null;
  /** Digits behind the decimal point of its quantities; null where the exchange sets no step. */
  quantityDecimals: number | null;
  /** False while trading is halted: its streams stay silent. */
  trading: boolean;
}

/** Digits behind the decimal point that a step such as "0.01000000" allows; null for a step of zero. */
export function decimalsOfStep(step: DecimalText): number | null {
  const [whole, fraction = ''] = step.split('.');
  const significant = fraction.replace(/0+$/, '');
  if (significant !== '') return significant.length;
  return /[1-9]/.test(whole) ? 0 : null;
}
