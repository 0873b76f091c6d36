import { invalidInput } from '@spyhop/platform/errors';
import { type DecimalText, Exact, sumOfKnown } from './exact';
import type { WhaleTransaction } from './whale';

/** Which transactions are asked for; all of what is given must hold. */
export interface WhaleFilter {
  /** Tickers, one of which moved; null for any. */
  symbols: string[] | null;
  /** Null for any. */
  chains: string[] | null;
  /** What it moved in all was worth at least that much; null for anything, also without a price. */
  minUsd: DecimalText | null;
  /** Lists have those too that were replaced, dropped or retracted; streams always tell of that. */
  withdrawn: boolean;
}

const MOST_NAMES = 50;
const LONGEST_NAME = 64;

/** What a client asks for, in one way of many to say the same. Throws INVALID_INPUT. */
export function readFilter(asked: {
  assets?: readonly string[] | null;
  chains?: readonly string[] | null;
  minUsd?: { toFixed(): string; isNegative(): boolean } | null;
  withdrawn?: boolean | null;
}): WhaleFilter {
  if (asked.minUsd?.isNegative()) throw invalidInput('`minUsd` must be 0 or more.');
  return {
    symbols: namesOf(asked.assets, 'assets', (name) => name.toUpperCase()),
    chains: namesOf(asked.chains, 'chains', (name) => name.toLowerCase()),
    minUsd: asked.minUsd?.toFixed() ?? null,
    withdrawn: asked.withdrawn ?? false,
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

/** The same for filters that mean the same to a stream. */
export const keyOf = ({ symbols, chains, minUsd }: WhaleFilter): string =>
  JSON.stringify([symbols, chains, minUsd]);

export function matches(
  { symbols, chains, minUsd }: WhaleFilter,
  { chain, legs }: Pick<WhaleTransaction, 'chain' | 'legs'>,
): boolean {
  if (chains !== null && !chains.includes(chain)) return false;
  if (symbols !== null && !legs.some(({ symbol }) => symbols.includes(symbol))) return false;
  if (minUsd === null) return true;
  const usd = sumOfKnown(legs.map((leg) => leg.usd));
  return usd !== null && new Exact(usd).gte(minUsd);
}
