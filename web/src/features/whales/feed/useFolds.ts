import { useApolloClient } from '@apollo/client/react';
import { useCallback, useState } from 'react';
import { graphql } from '../../../generated/gql';
import type { WhaleRow_WhaleTransactionFragment as Whale } from '../../../generated/graphql';
import type { OpenFold } from './fold-rows';

const MEMBERS = graphql(`
  query FoldMembers($id: ID!, $after: String) {
    whaleTransaction(id: $id) {
      id
      fold {
        id
        members(first: 50, after: $after) {
          edges {
            node {
              ...WhaleRow_whaleTransaction @unmask
            }
          }
          pageInfo {
            hasNextPage
            endCursor
          }
        }
      }
    }
  }
`);

type Open = ReadonlyMap<string, OpenFold<Whale>>;

const LOADING: OpenFold<Whale> = { status: 'loading', members: [], cursor: null };

/** The groups that somebody has opened, by the group's id, and how to open and close them. */
export interface Folds {
  open: Open;
  toggle: (whale: Whale) => void;
  /** Loads the next members of an open group, or those that could not be loaded. */
  loadMore: (whale: Whale) => void;
}

/** Opens groups of transactions; nothing is open at first. */
export function useFolds(): Folds {
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
    async (whale: Whale, foldId: string, after: string | null) => {
      const { data } = await client
        .query({ query: MEMBERS, variables: { id: whale.id, after }, fetchPolicy: 'no-cache' })
        .catch(() => ({ data: undefined }));
      const page = data?.whaleTransaction.fold?.members;
      if (!page) return change(foldId, (known) => ({ ...known, status: 'failed' }));
      const { hasNextPage, endCursor } = page.pageInfo;
      change(foldId, ({ members }) => ({
        status: 'ready',
        members: [...members, ...page.edges.map(({ node }) => node)],
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
  return { open, toggle, loadMore };
}
