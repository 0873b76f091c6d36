import type { WhaleLeg } from '@spyhop/platform/topics';
import { amountText } from './amounts';
import { type DecimalText, Exact } from './exact';
import type { SightedLeg } from './whale';

/** USD for one unit of an asset at a time (epoch ms); null where unknown. */
export type PriceAt = (symbol: string, time: number) => DecimalText | null;

/** Worth a dollar by promise of whoever issues them; prices of the market are in the first one. */
const PEGGED = new Set(['USDT', 'USDC', 'DAI', 'PYUSD', 'FDUSD', 'TUSD', 'USDP', 'BUSD']);

/** Claims on one unit of another asset each, which is what has a price. */
const WRAPPED: Readonly<Record<string, string>> = { WETH: 'ETH', WBNB: 'BNB', WSOL: 'SOL' };

/** The asset whose price counts for this one. */
export const pricedAs = (symbol: string): string => WRAPPED[symbol] ?? symbol;

/** Whether the market has candles of the very asset, and so knows it. */
export const isOnMarket = ({ symbol, usdBasis }: Pick<WhaleLeg, 'symbol' | 'usdBasis'>): boolean =>
  usdBasis === 'CANDLES' && !(symbol in WRAPPED);

const CENTS = 2;

/** The leg with what it was worth: by our own candles, else by a peg, else by what its source says. */
export function valued(
  { statedUsd, ...leg }: SightedLeg,
  time: number,
  priceAt: PriceAt,
): WhaleLeg {
  const price = priceAt(pricedAs(leg.symbol), time);
  if (price !== null) return { ...leg, usd: times(price, leg), usdBasis: 'CANDLES' };
  if (PEGGED.has(leg.symbol)) return { ...leg, usd: times('1', leg), usdBasis: 'PEG' };
  return { ...leg, usd: statedUsd, usdBasis: statedUsd === null ? null : 'SOURCE' };
}

const times = (price: DecimalText, leg: { baseUnits: string; decimals: number }): DecimalText =>
  new Exact(amountText(leg)).mul(price).toDecimalPlaces(CENTS).toFixed();
