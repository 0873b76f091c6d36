/** Of which lists assets are to be members, or not: by the list's id, then by symbol. */
export type Memberships = ReadonlyMap<string, ReadonlyMap<string, boolean>>;

/** Stands for the first list, which the star is about, also where there is none yet. */
export const FIRST = 'first';

/** The same wishes, and one more. */
export function wishing(known: Memberships | null, list: string, symbol: string, isIn: boolean) {
  return new Map(known).set(list, new Map(known?.get(list)).set(symbol, isIn));
}

/** The symbols of a list as they are wished; new ones at its end, and the very same where nothing changes. */
export function applied(
  symbols: readonly string[],
  wished: ReadonlyMap<string, boolean> | undefined,
): readonly string[] {
  if (!wished) return symbols;
  const kept = symbols.filter((symbol) => wished.get(symbol) !== false);
  const added = [...wished].filter(([symbol, isIn]) => isIn && !symbols.includes(symbol));
  if (kept.length === symbols.length && added.length === 0) return symbols;
  return [...kept, ...added.map(([symbol]) => symbol)];
}
