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
  /** Ids of those shown that go into a group, whose row stands for them, once nobody reads. */
  leaving: ReadonlySet<string>;
}

/** Something that is told, with the ids of others that it stands for from now on. */
export interface Told<Item extends Moved> {
  item: Item;
  standsFor: readonly string[];
}

export const NONE_LEAVING: ReadonlySet<string> = new Set();

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

/** Those that others stand for, after what is told in this order: of one that is told by itself again nothing does. */
function stoodFor<Item extends Moved>(
  before: ReadonlySet<string>,
  told: readonly Told<Item>[],
): Set<string> {
  const ids = new Set(before);
  for (const { item, standsFor } of told) {
    standsFor.forEach((id) => ids.add(id));
    ids.delete(item.id);
  }
  return ids;
}

/**
 * Adds what has just moved: at once, or to what waits while the feed is held. What is shown already changes where
 * it stands, and what goes into a group stays there as long as the feed is held.
 */
export function withMoved<Item extends Moved>(
  feed: Feed<Item>,
  told: readonly Told<Item>[],
  held: boolean,
): Feed<Item> {
  const items = told.map(({ item }) => item);
  const leaving = stoodFor(feed.leaving, told);
  const stays = ({ id }: Item) => !leaving.has(id);
  if (!held) {
    const all = merged(merged(items, feed.waiting), feed.shown);
    const shown = all.filter(stays).slice(0, MOST_SHOWN);
    return { shown, waiting: [], leaving: NONE_LEAVING };
  }
  const known = new Set(feed.shown.map(({ id }) => id));
  const fresh = items.filter(({ id }) => !known.has(id));
  return {
    shown: renewed(feed.shown, new Map(items.map((item) => [item.id, item]))),
    waiting: merged(fresh, feed.waiting).filter(stays).slice(0, MOST_WAITING),
    leaving: new Set([...leaving].filter((id) => known.has(id))),
  };
}

/** Adds older ones at the end. */
export const withOlder = <Item extends Moved>(
  feed: Feed<Item>,
  items: readonly Item[],
): Feed<Item> => ({ ...feed, shown: merged(feed.shown, items).slice(0, MOST_SHOWN) });
