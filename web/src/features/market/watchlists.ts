import { createContext, useContext, useMemo } from 'react';
import { openLocalStore, useLocalStore } from '../../ui/local-store';

const SYMBOL = /^[A-Z0-9]{1,20}$/;
const MOST_SYMBOLS = 1000;

/** How addresses call the list that the star is about. */
export const STARRED = 'watchlist';

/** Assets that somebody follows. */
export interface Watchlist {
  id: string;
  name: string;
  symbols: readonly string[];
}

/** The lists of whoever is at the page, and what the star does to the first of them. */
export interface Watchlists {
  /** In their owner's order. */
  lists: readonly Watchlist[];
  /** There may be more of them in a moment. */
  isLoading: boolean;
  /** Puts an asset on the first list or takes it off. */
  toggle: (symbol: string) => void;
}

/** Reads a stored watchlist; anything that is not a symbol is left out. */
export function parseWatchlist(found: unknown): readonly string[] {
  if (!Array.isArray(found)) return [];
  const symbols = found.filter((item) => typeof item === 'string' && SYMBOL.test(item));
  return [...new Set<string>(symbols)].slice(0, MOST_SYMBOLS);
}

/** The list with `symbol` added, or without it when it was there. */
export function toggled(symbols: readonly string[], symbol: string): readonly string[] {
  return symbols.includes(symbol)
    ? symbols.filter((other) => other !== symbol)
    : [...symbols, symbol];
}

/** The list of this browser. */
const local = openLocalStore('spyhop.watchlist', parseWatchlist);

/** Stars or unstars an asset in this browser. */
export function toggleLocally(symbol: string): void {
  local.set(toggled(local.get(), symbol));
}

/** Takes assets off the list of this browser, which are kept elsewhere now. */
export function dropLocally(symbols: readonly string[]): void {
  local.set(local.get().filter((symbol) => !symbols.includes(symbol)));
}

/** What was starred in this browser; re-renders when that changes. */
export function useLocalSymbols(): readonly string[] {
  return useLocalStore(local);
}

/** The lists of the page. */
export const WatchlistsContext = createContext<Watchlists>({
  lists: [],
  isLoading: false,
  toggle: toggleLocally,
});

/** The lists of whoever is at the page; re-renders when they change. */
export function useWatchlists(): Watchlists {
  return useContext(WatchlistsContext);
}

/** The symbols that have a star; re-renders when they change. */
export function useStarred(): ReadonlySet<string> {
  const symbols = useWatchlists().lists[0]?.symbols;
  return useMemo(() => new Set(symbols), [symbols]);
}

/** The list that an address names; undefined where there is none such. */
export function listNamed(lists: readonly Watchlist[], name: string | null): Watchlist | undefined {
  return name === STARRED ? lists[0] : lists.find(({ id }) => id === name);
}
