import { invalidInput } from '@spyhop/platform/errors';
import { type DecimalText, Exact, sumOfKnown } from './exact';
import { type OwnerKind, type WalletKey, walletIdOf } from './labels';
import { canonicalOwner } from './owner-names';
import type { WhaleTransaction } from './whale';

/** Which transactions are asked for; all of what is given must hold. */
export interface WhaleFilter {
  /** Tickers, one of which moved; null for any. */
  symbols: string[] | null;
  /** Null for any. */
  chains: string[] | null;
  /** What it moved in all was worth at least that much; null for anything, also without a price. */
  minUsd: DecimalText | null;
  /** Kinds of owners, one of which takes part; null for any. */
  ownerKinds: OwnerKind[] | null;
  /** Names of owners, one of whom takes part, as `canonicalOwner` spells them; null for any. */
  owners: string[] | null;
  /** Which wallet takes part; of streams only. */
  wallet?: WalletKey;
}

export const EVERYTHING: WhaleFilter = {
  ...{ symbols: null, chains: null, minUsd: null },
  ...{ ownerKinds: null, owners: null },
};

const MOST_NAMES = 50;
const LONGEST_NAME = 64;

/** What a client asks for, in one way of many to say the same. Throws INVALID_INPUT. */
export function readFilter(asked: {
  assets?: readonly string[] | null;
  chains?: readonly string[] | null;
  minUsd?: { toFixed(): string; isNegative(): boolean } | null;
  ownerKinds?: readonly OwnerKind[] | null;
  labels?: readonly string[] | null;
}): WhaleFilter {
  if (asked.minUsd?.isNegative()) throw invalidInput('`minUsd` must be 0 or more.');
  return {
    symbols: namesOf(asked.assets, 'assets', (name) => name.toUpperCase()),
    chains: namesOf(asked.chains, 'chains', (name) => name.toLowerCase()),
    minUsd: asked.minUsd?.toFixed() ?? null,
    ownerKinds: asked.ownerKinds?.length ? [...new Set(asked.ownerKinds)].sort() : null,
    owners: namesOf(asked.labels, 'labels', (name) => canonicalOwner(name) ?? name.toLowerCase()),
  };
}

function namesOf(
  names: readonly string[] | null | undefined,
  argument: string,
  spelled: (name: string) => string,
): string[] | null {
  if (names == null || names.length === 0) return null;
  if (
    names.length > MOST_NAMES ||
    names.some(({ length }) => length < 1 || length > LONGEST_NAME)
  ) {
    throw invalidInput(
      `\`${argument}\` takes at most ${MOST_NAMES} names of 1 to ${LONGEST_NAME} characters.`,
    );
  }
  return [...new Set(names.map(spelled))].sort();
}

/** The same for filters that mean the same. */
export const keyOf = (filter: WhaleFilter): string => {
  const { symbols, chains, minUsd, ownerKinds, owners, wallet } = filter;
  return JSON.stringify([
    symbols,
    chains,
    minUsd,
    ownerKinds,
    owners,
    wallet && walletIdOf(wallet),
  ]);
};

export function matches(
  { symbols, chains, minUsd, ...filter }: WhaleFilter,
  { chain, legs }: Pick<WhaleTransaction, 'chain' | 'legs'>,
): boolean {
  if (filter.wallet && !takesPart(filter.wallet, chain, legs)) return false;
  if (chains !== null && !chains.includes(chain)) return false;
  if (symbols !== null && !legs.some(({ symbol }) => symbols.includes(symbol))) return false;
  if (!hasOwners(filter, legs)) return false;
  if (minUsd === null) return true;
  const usd = sumOfKnown(legs.map((leg) => leg.usd));
  return usd !== null && new Exact(usd).gte(minUsd);
}

type Legs = WhaleTransaction['legs'];

const takesPart = (wallet: WalletKey, chain: string, legs: Legs): boolean =>
  chain === wallet.chain &&
  legs.some(({ from, to }) => [...from, ...to].some(({ address }) => address === wallet.address));

function hasOwners(
  { ownerKinds, owners }: Pick<WhaleFilter, 'ownerKinds' | 'owners'>,
  legs: Legs,
): boolean {
  if (ownerKinds === null && owners === null) return true;
  const terms = ownerTerms(legs);
  return [kindTerms(ownerKinds), nameTerms(owners)].every(
    (wanted) => wanted === null || wanted.some((term) => terms.has(term)),
  );
}

/** By what those who take part in a transaction are found: their kinds, and the names of owners. */
export function ownerTerms(legs: Legs): Set<string> {
  const terms = new Set<string>();
  for (const { from, to } of legs) {
    for (const { owner, ownerKind } of [...from, ...to]) {
      terms.add(`kind:${ownerKind}`);
      const name = owner === null ? null : canonicalOwner(owner);
      if (name !== null) terms.add(`owner:${name}`);
    }
  }
  return terms;
}

/** What `ownerTerms` calls these kinds; null for any. */
export const kindTerms = (kinds: WhaleFilter['ownerKinds']): string[] | null =>
  kinds && kinds.map((kind) => `kind:${kind}`);

/** What `ownerTerms` calls these owners; null for any. */
export const nameTerms = (owners: WhaleFilter['owners']): string[] | null =>
  owners && owners.map((owner) => `owner:${owner}`);
