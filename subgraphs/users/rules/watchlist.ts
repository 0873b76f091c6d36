import { SpyhopError, invalidInput } from '@spyhop/platform/errors';
import { readName } from './user';

/** Of one user. */
export const MOST_WATCHLISTS = 20;
/** In one list. */
export const MOST_SYMBOLS = 1_000;
const SYMBOL = /^[A-Z0-9]{1,20}$/;

/** Assets that somebody follows, in an order of theirs. Times are epoch ms. */
export interface Watchlist {
  id: string;
  name: string;
  /** Tickers in upper case, each once. */
  symbols: string[];
  /** Grows with every change. */
  version: number;
  updatedAt: number;
}

/** What its owner decides of a list. */
export type WatchlistContent = Pick<Watchlist, 'name' | 'symbols'>;

/** Throws INVALID_INPUT. */
export const readWatchlist = ({ name, symbols }: WatchlistContent): WatchlistContent => ({
  name: readName(name, 'name'),
  symbols: readSymbols(symbols),
});

/** Without what is undefined. Throws INVALID_INPUT. */
export const readWatchlistChanges = ({
  name,
  symbols,
}: Partial<WatchlistContent>): Partial<WatchlistContent> => ({
  ...(name !== undefined && { name: readName(name, 'name') }),
  ...(symbols !== undefined && { symbols: readSymbols(symbols) }),
});

/** A list with others behind its own, each once; the very same where it has all of them. Throws INVALID_INPUT. */
export function withSymbols(known: string[], added: readonly string[]): string[] {
  const fresh = added.filter((symbol) => !known.includes(symbol));
  return fresh.length === 0 ? known : readSymbols([...known, ...fresh]);
}

/** Throws CONFLICT unless it is the same lists in another order. */
export function checkOrder(known: readonly string[], ordered: readonly string[]): void {
  const wanted = new Set(ordered);
  if (known.length === ordered.length && known.every((id) => wanted.has(id))) return;
  throw new SpyhopError('CONFLICT', 'These are not all of the lists, each once; read them again.');
}

/** In the order given, each once. */
function readSymbols(symbols: readonly string[]): string[] {
  const once = [...new Set(symbols.slice(0, 2 * MOST_SYMBOLS))];
  if (symbols.length > 2 * MOST_SYMBOLS || once.length > MOST_SYMBOLS) {
    throw invalidInput(`A list has at most ${MOST_SYMBOLS} symbols.`, {
      argument: 'symbols',
      maximum: MOST_SYMBOLS,
    });
  }
  if (once.every((symbol) => SYMBOL.test(symbol))) return once;
  throw invalidInput('Symbols are tickers in upper case like BTC, 1 to 20 letters and digits.', {
    argument: 'symbols',
  });
}
