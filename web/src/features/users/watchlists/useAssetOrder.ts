import { useApolloClient } from '@apollo/client/react';
import { useMemo, useState, useSyncExternalStore } from 'react';
import { explain } from '../../../ui/error-code';
import { createWish } from '../../../ui/wish';
import type { OwnWatchlist } from './documents';
import { keepOrder } from './keep-memberships';
import { inOrder, moved } from './reorder';

/** The assets of a list in the order that is wanted, and how to want another one. */
export function useAssetOrder({ id, symbols: known }: OwnWatchlist) {
  const client = useApolloClient();
  const [failure, setFailure] = useState<string>();
  const [wish] = useState(() =>
    createWish<readonly string[]>(
      (wished) => keepOrder(client, id, wished),
      (error) => setFailure(explain(error)),
    ),
  );
  const wished = useSyncExternalStore(wish.subscribe, wish.get);
  const symbols = useMemo(
    () =>
      inOrder(
        known.map((symbol) => ({ id: symbol })),
        wished,
      ).map((item) => item.id),
    [known, wished],
  );
  const move = (from: number, to: number) => {
    const next = moved(symbols, from, to);
    if (next === symbols) return;
    setFailure(undefined);
    wish.make(next);
  };
  return { symbols, move, failure };
}
