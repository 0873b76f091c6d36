import { useApolloClient } from '@apollo/client/react';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { WhaleRow_WhaleTransactionFragment as Whale } from '../../../generated/graphql';
import { FOLD_MEMBERS } from '../folds';
import type { OpenFold } from './fold-rows';

type Open = ReadonlyMap<string, OpenFold<Whale>>;

const LOADING: OpenFold<Whale> = { status: 'loading', members: [], cursor: null };
const PAGE = 50;
const MOST_PER_PAGE = 200;

/** The groups that somebody has opened, by the group's id, and how to open and close them. */
export interface Folds {
  open: Open;
  toggle: (whale: Whale) => void;
  /** Loads the next members of an open group, or those that could not be loaded. */
  loadMore: (whale: Whale) => void;
}

/** Opens groups among those shown; nothing is open at first. An open one that grows is loaded anew. */
export function useFolds(shown: readonly Whale[]): Folds {
  const client = useApolloClient();
  const [open, setOpen] = useState<Open>(new Map());
  const change = useCallback(
    (id: string, next: (known: OpenFold<Whale>) => OpenFold<Whale>) =>
      // One that was closed meanwhile stays closed.
      setOpen((known) => {
        const state = known.get(id);
        return state ? new Map(known).set(id, next(state)) : known;
      }),
    [],
  );
  const load = useCallback(
    async (whale: Whale, foldId: string, after: string | null, first = PAGE) => {
      const variables = { id: whale.id, first, after };
      const { data } = await client
        .query({ query: FOLD_MEMBERS, variables, fetchPolicy: 'no-cache' })
        .catch(() => ({ data: undefined }));
      const page = data?.whaleTransaction.fold?.members;
      if (!page) return change(foldId, (known) => ({ ...known, status: 'failed' }));
      const { hasNextPage, endCursor } = page.pageInfo;
      change(foldId, ({ members }) => ({
        status: 'ready',
        members: [...(after === null ? [] : members), ...page.edges.map(({ node }) => node)],
        cursor: hasNextPage ? endCursor : null,
      }));
    },
    [client, change],
  );
  const toggle = useCallback(
    (whale: Whale) => {
      const { fold } = whale;
      if (!fold) return;
      if (open.has(fold.id)) {
        setOpen((known) => new Map([...known].filter(([id]) => id !== fold.id)));
        return;
      }
      setOpen((known) => new Map(known).set(fold.id, LOADING));
      void load(whale, fold.id, null);
    },
    [open, load],
  );
  const loadMore = useCallback(
    (whale: Whale) => {
      const { fold } = whale;
      const state = fold && open.get(fold.id);
      if (!fold || !state || state.status === 'loading') return;
      change(fold.id, (known) => ({ ...known, status: 'loading' }));
      void load(whale, fold.id, state.cursor);
    },
    [open, change, load],
  );
  const counts = useRef<ReadonlyMap<string, number>>(new Map());
  useEffect(() => {
    const before = counts.current;
    const heads = shown.filter(({ fold }) => fold !== null && open.has(fold.id));
    counts.current = new Map(
      heads.flatMap(({ fold }) => (fold ? [[fold.id, fold.memberCount]] : [])),
    );
    for (const head of heads) {
      const id = head.fold?.id ?? '';
      if (!before.has(id) || before.get(id) === counts.current.get(id)) continue;
      const loaded = open.get(id)?.members.length ?? 0;
      void load(head, id, null, Math.min(MOST_PER_PAGE, Math.max(PAGE, loaded)));
    }
  }, [shown, open, load]);
  return { open, toggle, loadMore };
}
