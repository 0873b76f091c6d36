import type { WhaleLeg, WhaleParty } from '@spyhop/platform/topics';
import { amountText } from './amounts';
import { type DecimalText, Exact } from './exact';

type Told = WhaleParty & { amount: string };
type Amount = Pick<WhaleLeg, 'baseUnits' | 'decimals'>;

/** Whether it is told of each who had how much. */
export const isTold = (side: readonly WhaleParty[]): side is readonly Told[] =>
  side.every(({ amount }) => amount !== undefined);

/** Somebody with no share, which is of one leg alone. */
export const withoutAmount = ({ address, owner, ownerKind }: WhaleParty): WhaleParty => ({
  address,
  owner,
  ownerKind,
});

/** What somebody on a side of a leg had of it, in base units; null where several share it and nobody says. */
export const shareOf = (
  { amount }: WhaleParty,
  side: readonly WhaleParty[],
  { baseUnits }: Amount,
): string | null => amount ?? (side.length === 1 ? baseUnits : null);

/** So many base units of a leg, in units of its asset. */
export const unitsOf = (share: string, { decimals }: Amount): DecimalText =>
  amountText({ baseUnits: share, decimals });

const CENTS = 2;

/** What so many base units of a leg were worth, in USD, to the cent; null where nobody knows a price. */
export function usdOf(share: string, { baseUnits, usd }: Amount & Pick<WhaleLeg, 'usd'>) {
  if (usd === null || share === baseUnits) return usd;
  return new Exact(usd).mul(share).div(baseUnits).toDecimalPlaces(CENTS).toFixed();
}

/** In base units, by what they are grouped by, in the order of the side. */
export function sumsBy<Key>(
  side: readonly Told[],
  keyOf: (party: WhaleParty) => Key,
): Map<Key, bigint> {
  const sums = new Map<Key, bigint>();
  for (const party of side) {
    const key = keyOf(party);
    sums.set(key, (sums.get(key) ?? 0n) + BigInt(party.amount));
  }
  return sums;
}
