import { useMemo } from 'react';
import { openLocalStore, useLocalStore } from '../../ui/local-store';

const SYMBOL = /^[A-Z0-9]{1,20}$/;
const MOST_SYMBOLS = 1000;

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

const store = openLocalStore('spyhop.watchlist', parseWatchlist);

/** Stars or unstars an asset. */
export function toggleWatched(symbol: string): void {
  store.set(toggled(store.get(), symbol));
}

/** The starred symbols; re-renders when the list changes. */
export function useWatchlist(): ReadonlySet<string> {
  const symbols = useLocalStore(store);
  return useMemo(() => new Set(symbols), [symbols]);
}
