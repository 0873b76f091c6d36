/** The items with the one at `from` at `to` instead; as they are where there is no such place. */
export function moved<T>(items: readonly T[], from: number, to: number): readonly T[] {
  const item = items[from];
  if (item === undefined || to < 0 || to >= items.length) return items;
  const others = items.filter((_, at) => at !== from);
  return [...others.slice(0, to), item, ...others.slice(to)];
}

/** The items in the order of their ids; those that it does not name come last, as they were. */
export function inOrder<T extends { id: string }>(
  items: readonly T[],
  ids: readonly string[] | null,
): readonly T[] {
  if (ids === null) return items;
  const place = ({ id }: T) => (ids.includes(id) ? ids.indexOf(id) : ids.length);
  return [...items].sort((a, b) => place(a) - place(b));
}
