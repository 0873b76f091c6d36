import type { WhaleLeg } from '@spyhop/platform/topics';
import { sumOf } from './amounts';
import { directionOf } from './direction';
import { type DecimalText, sumOfKnown } from './exact';

/** What a transaction moves of one asset in all. */
export interface AssetMove {
  symbol: string;
  /** In units of the asset. */
  amount: DecimalText;
  /** Null where it has no price. */
  usd: DecimalText | null;
  /** Seen from the exchanges. */
  direction: ReturnType<typeof directionOf>;
}

export const assetMovesOf = (legs: readonly WhaleLeg[]): AssetMove[] =>
  [...new Set(legs.map(({ symbol }) => symbol))].map((symbol) => {
    const own = legs.filter((leg) => leg.symbol === symbol);
    return {
      ...{ symbol, amount: sumOf(own), direction: directionOf(own) },
      usd: sumOfKnown(own.map((leg) => leg.usd)),
    };
  });
