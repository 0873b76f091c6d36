import type { WhaleLeg, WhaleParty } from '@spyhop/platform/topics';

/**
 * What two sources say of one transaction: the first one's legs stand, with owners that only the other
 * knows, the age of coins where only the other tells it, and assets that only the other tells of are added.
 */
export function mergeLegs(known: readonly WhaleLeg[], seen: readonly WhaleLeg[]): WhaleLeg[] {
  const owners = new Map(
    seen
      .flatMap(({ from, to }) => [...from, ...to])
      .filter(({ address, ownerKind }) => address !== null && ownerKind !== 'UNKNOWN')
      .map((party) => [party.address, party]),
  );
  const named = (party: WhaleParty): WhaleParty =>
    party.ownerKind === 'UNKNOWN' ? (owners.get(party.address) ?? party) : party;
  const symbols = new Set(known.map(({ symbol }) => symbol));
  const withAge = (leg: WhaleLeg): WhaleLeg => {
    const coinsSince =
      leg.coinsSince ?? seen.find(({ symbol }) => symbol === leg.symbol)?.coinsSince;
    return coinsSince === undefined ? leg : { ...leg, coinsSince };
  };
  return [
    ...known.map((leg) => ({ ...withAge(leg), from: leg.from.map(named), to: leg.to.map(named) })),
    ...seen.filter(({ symbol }) => !symbols.has(symbol)),
  ];
}

/** What a transaction moves where it has come into another block: as it is told now, with owners known before. */
export const retoldLegs = (known: readonly WhaleLeg[], seen: readonly WhaleLeg[]): WhaleLeg[] =>
  mergeLegs(seen, known).slice(0, seen.length);
