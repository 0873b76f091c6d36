/** What orders a feed: no two have the same id. */
export interface Moved {
  id: string;
  /** ISO 8601 in UTC. */
  time: string;
}

/** What the feed shows, and what waits while somebody reads. Both newest first. */
export interface Feed<Item extends Moved> {
  shown: readonly Item[];
  waiting: readonly Item[];
}

/** Most rows that are kept; older ones fall off the end, and are loaded again where somebody gets there. */
export const MOST_SHOWN = 2_000;
const MOST_WAITING = 500;

function merged<Item extends Moved>(newer: readonly Item[], older: readonly Item[]): Item[] {
  const ids = new Set(newer.map(({ id }) => id));
  return [...newer, ...older.filter(({ id }) => !ids.has(id))].sort((a, b) =>
    a.time < b.time ? 1 : a.time > b.time ? -1 : 0,
  );
}

/** Items in their places, with what is told of them anew; the same list where that is of none. */
function renewed<Item extends Moved>(
  shown: readonly Item[],
  told: ReadonlyMap<string, Item>,
): readonly Item[] {
  if (!shown.some(({ id }) => told.has(id))) return shown;
  return shown.map((item) => told.get(item.id) ?? item);
}

/**
 * Adds what has just moved: at once, or to what waits while the feed is held. What is shown already changes where
 * it stands.
 */
export function withMoved<Item extends Moved>(
  feed: Feed<Item>,
  items: readonly Item[],
  held: boolean,
): Feed<Item> {
  if (!held) {
    const shown = merged([...merged(items, feed.waiting)], feed.shown).slice(0, MOST_SHOWN);
    return { shown, waiting: [] };
  }
  const known = new Set(feed.shown.map(({ id }) => id));
  const fresh = items.filter(({ id }) => !known.has(id));
  return {
    shown: renewed(feed.shown, new Map(items.map((item) => [item.id, item]))),
    waiting: merged(fresh, feed.waiting).slice(0, MOST_WAITING),
  };
}

/** Adds older ones at the end. */
export const withOlder = <Item extends Moved>(
  feed: Feed<Item>,
  items: readonly Item[],
): Feed<Item> => ({ ...feed, shown: merged(feed.shown, items).slice(0, MOST_SHOWN) });
