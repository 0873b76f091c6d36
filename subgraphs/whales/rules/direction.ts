import type { WhaleLeg, WhaleParty } from '@spyhop/platform/topics';

/** Where something moves, seen from the exchanges. */
export const DIRECTIONS = [
  'TO_EXCHANGE',
  'FROM_EXCHANGE',
  'BETWEEN_EXCHANGES',
  'INTERNAL',
  'ELSEWHERE',
] as const;
export type Direction = (typeof DIRECTIONS)[number];

/** Also where it is known only which of its wallets it is. */
export const isExchange = ({ ownerKind }: WhaleParty): boolean => ownerKind.startsWith('EXCHANGE');

/** INTERNAL is within one owner; a party nobody knows is no exchange. */
export function directionOf(legs: readonly Pick<WhaleLeg, 'from' | 'to'>[]): Direction {
  const from = legs.flatMap((leg) => leg.from);
  const to = legs.flatMap((leg) => leg.to);
  if (isWithinOneOwner([...from, ...to])) return 'INTERNAL';
  const comes = from.some(isExchange);
  const goes = to.some(isExchange);
  if (comes && goes) return 'BETWEEN_EXCHANGES';
  if (goes) return 'TO_EXCHANGE';
  return comes ? 'FROM_EXCHANGE' : 'ELSEWHERE';
}

const isWithinOneOwner = ([first, ...rest]: readonly WhaleParty[]): boolean =>
  first?.owner != null && rest.length > 0 && rest.every(({ owner }) => owner === first.owner);
