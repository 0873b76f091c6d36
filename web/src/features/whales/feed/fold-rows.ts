/** Members of a group, as far as they are loaded. */
export interface OpenFold<Whale> {
  status: 'loading' | 'ready' | 'failed';
  members: readonly Whale[];
  /** Where the others go on; null at the end. */
  cursor: string | null;
}

interface Folded {
  id: string;
  fold: { id: string } | null;
}

/** A line of the feed: a transaction, or what belongs to the open group above it. */
export type FeedRow<Whale> =
  | { kind: 'whale' | 'member'; key: string; whale: Whale }
  | { kind: 'why'; key: string; whale: Whale; state: OpenFold<Whale> }
  | { kind: 'more'; key: string; whale: Whale };

/** The lines of a feed with some of its groups open; `open` is by the group's id. */
export function feedRows<Whale extends Folded>(
  whales: readonly Whale[],
  open: ReadonlyMap<string, OpenFold<Whale>>,
): readonly FeedRow<Whale>[] {
  return whales.flatMap((whale) => {
    const head = { kind: 'whale' as const, key: whale.id, whale };
    const state = whale.fold ? open.get(whale.fold.id) : undefined;
    if (!state) return [head];
    const members = state.members.map((member) => ({
      ...{ kind: 'member' as const, key: `${whale.id}/${member.id}`, whale: member },
    }));
    const why = { kind: 'why' as const, key: `${whale.id}/why`, whale, state };
    const more = { kind: 'more' as const, key: `${whale.id}/more`, whale };
    return [head, why, ...members, ...(state.cursor === null ? [] : [more])];
  });
}
