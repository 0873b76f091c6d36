import type { WhaleLeg } from '@spyhop/platform/topics';
import { type AssetMove, assetMovesOf } from '../asset-moves';
import { type Direction, directionOf } from '../direction';
import { type DecimalText, sumOfKnown } from '../exact';
import { type WhaleTransaction, idOf } from '../whale';
import { directionOfFold } from './fold';

/** What a list or a stream shows in the place of a transaction. */
export interface Listed {
  direction: Direction;
  usd: DecimalText | null;
  /** Who takes part. */
  sides: readonly Sides[];
}

/** From whom to whom. */
export type Sides = Pick<WhaleLeg, 'from' | 'to'>;

type Shown = Pick<WhaleTransaction, 'chain' | 'hash' | 'legs' | 'fold'>;

/** By itself, whatever it is a part of. */
export const asItself = ({ legs }: Shown): Listed => ({
  direction: directionOf(legs),
  usd: sumOfKnown(legs.map((leg) => leg.usd)),
  sides: legs,
});

/** The whole fold for its head; null for its other members, which lists leave out. */
export function asListed(transaction: Shown): Listed | null {
  const { fold } = transaction;
  if (fold === null) return asItself(transaction);
  if (!isHead(transaction)) return null;
  return { direction: directionOfFold(fold), usd: fold.usd, sides: [fold] };
}

/** What it moves of each asset, as lists count it: a fold once, by its head; nothing for its other members. */
export function listedMovesOf(
  transaction: Shown,
): Pick<AssetMove, 'symbol' | 'usd' | 'direction'>[] {
  const { fold, legs } = transaction;
  if (fold === null) return assetMovesOf(legs);
  if (!isHead(transaction)) return [];
  return [{ symbol: fold.symbol, usd: fold.usd, direction: directionOfFold(fold) }];
}

export const isHead = (transaction: Pick<WhaleTransaction, 'chain' | 'hash' | 'fold'>): boolean =>
  transaction.fold !== null && idOf(transaction.fold) === idOf(transaction);
