import type { WhaleLeg, WhaleParty } from '@spyhop/platform/topics';
import { isTold, sumsBy } from './shares';

/** Where something moves, seen from the exchanges. */
export const DIRECTIONS = [
  'TO_EXCHANGE',
  'FROM_EXCHANGE',
  'BETWEEN_EXCHANGES',
  'INTERNAL',
  'ELSEWHERE',
] as const;
export type Direction = (typeof DIRECTIONS)[number];

/** From whom to whom; without the amount, which is known of one transaction only, the parties' own are all of it. */
type Moved = Pick<WhaleLeg, 'from' | 'to'> & Partial<Pick<WhaleLeg, 'baseUnits'>>;

/** Also where it is known only which of its wallets it is. */
export const isExchange = ({ ownerKind }: WhaleParty): boolean => ownerKind.startsWith('EXCHANGE');

/**
 * That of the greater part of each asset, where it is told who had how much; else anybody on a side counts.
 * INTERNAL is within one owner; a party nobody knows is no exchange.
 */
export function directionOf(legs: readonly Moved[]): Direction {
  if (isWithinOneOwner(legs)) return 'INTERNAL';
  const comes = legs.some((leg) => isOfExchange(leg.from, leg));
  const goes = legs.some((leg) => isOfExchange(leg.to, leg));
  if (comes && goes) return 'BETWEEN_EXCHANGES';
  if (goes) return 'TO_EXCHANGE';
  return comes ? 'FROM_EXCHANGE' : 'ELSEWHERE';
}

const isOfExchange = (side: readonly WhaleParty[], leg: Moved): boolean =>
  side.some(isExchange) && (!isTold(side) || hasHalf(side, leg, isExchange));

function isWithinOneOwner(legs: readonly Moved[]): boolean {
  const parties = legs.flatMap(({ from, to }) => [...from, ...to]);
  if (parties.length < 2) return false;
  const sides = legs.flatMap((leg) => [
    { side: leg.from, leg },
    { side: leg.to, leg },
  ]);
  const owners = new Set(parties.flatMap(({ owner }) => owner ?? []));
  return [...owners].some((owner) =>
    sides.every(({ side, leg }) => {
      const isOwn = (party: WhaleParty): boolean => party.owner === owner;
      return side.every(isOwn) || (isTold(side) && hasHalf(side, leg, isOwn));
    }),
  );
}

/** Half of it, or more. */
function hasHalf(
  side: readonly (WhaleParty & { amount: string })[],
  { baseUnits = '0' }: Moved,
  counts: (party: WhaleParty) => boolean,
): boolean {
  const sums = sumsBy(side, counts);
  const [own, others] = [sums.get(true) ?? 0n, sums.get(false) ?? 0n];
  // Of very many parties the smallest are left out.
  const total = own + others > BigInt(baseUnits) ? own + others : BigInt(baseUnits);
  return own > 0n && 2n * own >= total;
}
