import { invalidInput } from '@spyhop/platform/errors';
import { OWNER_KINDS } from '@spyhop/platform/topics';
import type { Direction } from './direction';
import { type DecimalText, Exact } from './exact';
import { type Sides, asItself, asListed, isHead } from './folding/listed';
import type { OwnerKind } from './labels';
import { canonicalOwner } from './owner-names';
import type { PatternRule } from './patterns/pattern';
import type { WalletKey } from './wallet';
import type { WhaleTransaction } from './whale';

/** Which transactions are asked for; all of what is given must hold. */
export interface WhaleFilter {
  /** Tickers, one of which moved; null for any. */
  symbols: string[] | null;
  /** Null for any. */
  chains: string[] | null;
  /** What it moved in all was worth at least that much; null for anything, also without a price. */
  minUsd: DecimalText | null;
  /** Those that are part of a pattern of that rule; null for any. Only lists know. */
  pattern: PatternRule | null;
  /** Where it moves something, seen from the exchanges; null for any. */
  directions: Direction[] | null;
  /** Every transaction by itself; otherwise the head of a fold stands for all of it. */
  isRaw: boolean;
  /** Heads of folds alone. */
  isFolded: boolean;
  /** Lists have those too that were replaced, dropped or retracted; streams always tell of that. */
  withdrawn: boolean;
  /** Kinds of owners, one of which takes part; null for any. */
  ownerKinds: OwnerKind[] | null;
  /** Names of owners, one of whom takes part, as `canonicalOwner` spells them; null for any. */
  owners: string[] | null;
  /** Which wallet takes part; of streams only. */
  wallet?: WalletKey;
}

const MOST_NAMES = 50;
const LONGEST_NAME = 64;
const OF_EXCHANGES = OWNER_KINDS.filter((kind) => kind.startsWith('EXCHANGE'));

/** What a client asks for, in one way of many to say the same. Throws INVALID_INPUT. */
export function readFilter(asked: {
  assets?: readonly string[] | null;
  chains?: readonly string[] | null;
  minUsd?: { toFixed(): string; isNegative(): boolean } | null;
  pattern?: PatternRule | null;
  directions?: readonly Direction[] | null;
  raw?: boolean | null;
  folded?: boolean | null;
  withdrawn?: boolean | null;
  ownerKinds?: readonly OwnerKind[] | null;
  labels?: readonly string[] | null;
}): WhaleFilter {
  if (asked.minUsd?.isNegative()) throw invalidInput('`minUsd` must be 0 or more.');
  return {
    symbols: namesOf(asked.assets, 'assets', (name) => name.toUpperCase()),
    chains: namesOf(asked.chains, 'chains', (name) => name.toLowerCase()),
    minUsd: asked.minUsd?.toFixed() ?? null,
    pattern: asked.pattern ?? null,
    directions: asked.directions?.length ? [...new Set(asked.directions)].sort() : null,
    // A pattern is of transactions, whatever they are folded with.
    isRaw: asked.raw === true || asked.pattern != null,
    isFolded: asked.folded ?? false,
    withdrawn: asked.withdrawn ?? false,
    ownerKinds: kindsOf(asked.ownerKinds),
    owners: namesOf(asked.labels, 'labels', (name) => canonicalOwner(name) ?? name.toLowerCase()),
  };
}

/** An exchange is asked for whichever of its wallets it is. */
function kindsOf(asked: readonly OwnerKind[] | null | undefined): OwnerKind[] | null {
  if (!asked?.length) return null;
  const all = asked.includes('EXCHANGE') ? [...asked, ...OF_EXCHANGES] : asked;
  return [...new Set(all)].sort();
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
export const keyOf = (filter: WhaleFilter): string => JSON.stringify(filter);

export function matches(
  filter: WhaleFilter,
  transaction: Pick<WhaleTransaction, 'chain' | 'hash' | 'legs' | 'fold'>,
): boolean {
  const { symbols, chains, minUsd, directions, wallet } = filter;
  const { chain, legs } = transaction;
  if (wallet && !takesPart(wallet, chain, legs)) return false;
  if (chains !== null && !chains.includes(chain)) return false;
  if (symbols !== null && !legs.some(({ symbol }) => symbols.includes(symbol))) return false;
  if (filter.isFolded && !isHead(transaction)) return false;
  const shown = filter.isRaw ? asItself(transaction) : asListed(transaction);
  if (shown === null || !hasOwners(filter, shown.sides)) return false;
  if (directions !== null && !directions.includes(shown.direction)) return false;
  return minUsd === null || (shown.usd !== null && new Exact(shown.usd).gte(minUsd));
}

const takesPart = (wallet: WalletKey, chain: string, sides: readonly Sides[]): boolean =>
  chain === wallet.chain &&
  sides.some(({ from, to }) => [...from, ...to].some(({ address }) => address === wallet.address));

function hasOwners(
  { ownerKinds, owners }: Pick<WhaleFilter, 'ownerKinds' | 'owners'>,
  sides: readonly Sides[],
): boolean {
  if (ownerKinds === null && owners === null) return true;
  const terms = ownerTerms(sides);
  return [kindTerms(ownerKinds), nameTerms(owners)].every(
    (wanted) => wanted === null || wanted.some((term) => terms.has(term)),
  );
}

/** By what those who take part are found: their kinds, and the names of owners. */
export function ownerTerms(sides: readonly Sides[]): Set<string> {
  const terms = new Set<string>();
  for (const { from, to } of sides) {
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
