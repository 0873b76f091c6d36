import { useEffect } from 'react';

/** What the keys of every page do. */
export interface Shortcuts {
  search: () => void;
  help: () => void;
}

/** The keys, for the list that `?` opens. */
export const KEYS: readonly { keys: readonly string[]; does: string }[] = [
  { keys: ['/', 'Ctrl K'], does: 'Search assets, pages and actions' },
  { keys: ['↑', '↓', 'Home', 'End'], does: 'Walk through a table' },
  { keys: ['Enter'], does: 'Open the row' },
  { keys: ['S'], does: 'Put the row on the watchlist, or take it off' },
  { keys: ['Alt ↑', 'Alt ↓'], does: 'Move a watchlist, or an asset on it' },
  { keys: ['1', '…', '6'], does: 'Choose the length of the candles' },
  { keys: ['Esc'], does: 'Close what is open' },
  { keys: ['?'], does: 'Show this list' },
];

/** Whether keys typed at `target` belong to a text, not to the page. */
export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches('input, textarea, select'))
  );
}

/** Listens for the keys that work on every page. */
export function useShortcuts({ search, help }: Shortcuts): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const palette = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k';
      if (!palette && (isTyping(event.target) || event.ctrlKey || event.metaKey)) return;
      const action = palette || event.key === '/' ? search : event.key === '?' ? help : null;
      if (!action) return;
      event.preventDefault();
      action();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [search, help]);
}
