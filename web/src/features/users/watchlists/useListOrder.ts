import { useApolloClient } from '@apollo/client/react';
import { useState, useSyncExternalStore } from 'react';
import { explain } from '../../../ui/error-code';
import { createWish } from '../../../ui/wish';
import { MY_WATCHLISTS, ORDER_WATCHLISTS, writeLists, type OwnWatchlist } from './documents';
import { inOrder, moved } from './reorder';

/** The lists in the order that is wanted, and how to want another one. */
export function useListOrder(known: readonly OwnWatchlist[]) {
  const client = useApolloClient();
  const [failure, setFailure] = useState<string>();
  const [wish] = useState(() =>
    createWish<readonly string[]>(
      async (ids) => {
        await client.mutate({
          mutation: ORDER_WATCHLISTS,
          variables: { ids: [...ids] },
          update: (cache, { data }) => {
            if (data) writeLists(cache, () => data.orderWatchlists);
          },
        });
      },
      (error) => {
        setFailure(explain(error));
        void client.refetchQueries({ include: [MY_WATCHLISTS] });
      },
    ),
  );
  const wished = useSyncExternalStore(wish.subscribe, wish.get);
  const lists = inOrder(known, wished);
  const move = (from: number, to: number) => {
    const next = moved(lists, from, to);
    if (next === lists) return;
    setFailure(undefined);
    wish.make(next.map(({ id }) => id));
  };
  return { lists, move, failure };
}
