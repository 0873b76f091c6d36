import type { WhaleLeg, WhaleParty } from '@spyhop/platform/topics';
import { unlabelled } from './labels';

/** Legs, and who tells of them; of a leg that names its own source that one does. */
export interface Telling {
  legs: readonly WhaleLeg[];
  source: string;
}

/** Those that read a chain themselves; others tell what somebody has made of it. */
const READS_CHAIN = /^(mempool-space|blockchain-info|.+-node)$/;

/** How exactly a leg is known: read from its chain, between addresses, or as a summary. */
function exactnessOf({ source, from, to }: WhaleLeg, teller: string): number {
  if (READS_CHAIN.test(source ?? teller)) return 2;
  return [...from, ...to].every(({ address }) => address !== null) ? 1 : 0;
}

/**
 * What two sources say of one transaction: of each asset what the one says that knows it more exactly, the known one
 * of equals; with owners, worth and the age of coins where only the other tells them. Assets that only the other
 * tells of are added.
 */
export function mergeLegs(known: Telling, seen: Telling): WhaleLeg[] {
  const isTaken = (symbol: string): boolean => exactness(symbol, seen) > exactness(symbol, known);
  const kept = known.legs.filter(({ symbol }) => !isTaken(symbol));
  const taken = seen.legs.filter(({ symbol }) => isTaken(symbol));
  return [
    ...completed(kept, seen.legs),
    ...toldBy(seen.source, known.source, completed(taken, known.legs)),
  ];
}

/** What a transaction moves where it has come into another block: as it is told now, with owners known before. */
export const retoldLegs = (known: Telling, seen: Telling): WhaleLeg[] =>
  toldBy(seen.source, known.source, completed(seen.legs, known.legs));

/** Of an asset, by the least exact of its legs; that of which nothing is told is known least. */
function exactness(symbol: string, { legs, source }: Telling): number {
  const own = legs.filter((leg) => leg.symbol === symbol);
  return own.length === 0 ? -1 : Math.min(...own.map((leg) => exactnessOf(leg, source)));
}

/** Who has seen a transaction first tells of its legs unless they say otherwise. */
const toldBy = (source: string, first: string, legs: readonly WhaleLeg[]): WhaleLeg[] =>
  source === first ? [...legs] : legs.map((leg) => ({ ...leg, source }));

/** A source says who it is; what labels say counts where none does. */
const isTold = ({ ownerKind, isLabelled }: WhaleParty): boolean =>
  ownerKind !== 'UNKNOWN' && !isLabelled;

/** With what only others of the same transaction tell. */
function completed(legs: readonly WhaleLeg[], others: readonly WhaleLeg[]): WhaleLeg[] {
  const owners = new Map(
    others
      .flatMap(({ from, to }) => [...from, ...to])
      .filter((party) => party.address !== null && isTold(party))
      .map((party) => [party.address, party]),
  );
  return legs.map((leg) => {
    const other = counterpartOf(leg, others);
    const sideOf = (side: 'from' | 'to'): WhaleParty[] =>
      leg[side].map((party) => {
        if (isTold(party)) return party;
        const told = owners.get(party.address) ?? soleOwner(leg[side], other?.[side]);
        if (told === undefined) return party;
        return { ...unlabelled(party), owner: told.owner, ownerKind: told.ownerKind };
      });
    const coinsSince = leg.coinsSince ?? other?.coinsSince;
    return {
      ...leg,
      ...(other && isWorthLess(leg, other) && { usd: other.usd, usdBasis: other.usdBasis }),
      ...(coinsSince !== undefined && { coinsSince }),
      ...{ from: sideOf('from'), to: sideOf('to') },
    };
  });
}

/** What nobody can value is worth what a source says, and that less than what candles or a peg say. */
const isWorthLess = (leg: WhaleLeg, other: WhaleLeg): boolean =>
  leg.usdBasis === null
    ? other.usdBasis !== null
    : leg.usdBasis === 'SOURCE' && other.usdBasis !== null && other.usdBasis !== 'SOURCE';

/** What others tell of the same leg: the only one of its asset, or that of the same amount. */
function counterpartOf(leg: WhaleLeg, others: readonly WhaleLeg[]): WhaleLeg | undefined {
  const same = others.filter(({ symbol }) => symbol === leg.symbol);
  return same.length === 1
    ? same[0]
    : same.find((each) => each.baseUnits === leg.baseUnits && each.decimals === leg.decimals);
}

/** Where one is all of a side, and others name somebody there without an address, it is that one. */
function soleOwner(
  side: readonly WhaleParty[],
  other: readonly WhaleParty[] = [],
): WhaleParty | undefined {
  const [told] = other;
  const isSole = side.length === 1 && other.length === 1 && told?.address === null;
  return isSole && told.ownerKind !== 'UNKNOWN' ? told : undefined;
}
