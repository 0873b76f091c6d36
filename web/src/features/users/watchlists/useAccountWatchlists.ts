import type { ApolloClient } from '@apollo/client';
import { skipToken, useApolloClient, useQuery, useSubscription } from '@apollo/client/react';
import { createContext, useContext, useMemo, useSyncExternalStore } from 'react';
import { createWish } from '../../../ui/wish';
import { useSessionState } from '../session/session-context';
import {
  MERGE_WATCHLIST,
  MY_WATCHLISTS,
  WATCHLISTS_CHANGED,
  readLists,
  withList,
  writeLists,
  type OwnWatchlist,
} from './documents';
import { FIRST_NAME, keepMemberships } from './keep-memberships';
import { FIRST, applied, wishing, type Memberships } from './memberships';

/** The watchlists of whoever is signed in, as they want them: what is not kept yet is shown already. */
export interface AccountWatchlists {
  /** In their order; the star is about the first. */
  lists: readonly OwnWatchlist[];
  /** Puts an asset on the first list or takes it off. */
  toggle: (symbol: string) => void;
  put: (listId: string, symbol: string, isIn: boolean) => void;
  /** Puts symbols into the first list; resolves to its name. Rejects where they were not kept. */
  takeOver: (symbols: readonly string[]) => Promise<string>;
}

/** The lists of who is signed in; null for nobody, and until they are known. */
export const AccountWatchlistsContext = createContext<AccountWatchlists | null>(null);

/** The lists of who is signed in; null until they are known. Re-renders when they change. */
export const useOwnWatchlists = (): AccountWatchlists | null =>
  useContext(AccountWatchlistsContext);

/** Stands where no list is until the first one has come about. */
const EMPTY: OwnWatchlist = {
  __typename: 'Watchlist',
  id: FIRST,
  name: FIRST_NAME,
  symbols: [],
  version: 0,
};

function wishedLists(known: readonly OwnWatchlist[], wished: Memberships | null) {
  const lists = known.length === 0 && wished?.has(FIRST) ? [EMPTY] : known;
  if (!wished) return lists;
  return lists.map((list, at) => {
    const own = applied(list.symbols, wished.get(list.id));
    const symbols = at === 0 ? applied(own, wished.get(FIRST)) : own;
    return symbols === list.symbols ? list : { ...list, symbols: [...symbols] };
  });
}

async function takeOver(client: ApolloClient, symbols: readonly string[]): Promise<string> {
  const name = readLists(client.cache)?.[0]?.name ?? FIRST_NAME;
  await client.mutate({
    mutation: MERGE_WATCHLIST,
    variables: { name, symbols: [...symbols] },
    update: (cache, { data }) => {
      if (data) writeLists(cache, (known) => withList(known, data.mergeWatchlist));
    },
  });
  return name;
}

function createActs(client: ApolloClient, onFault: (error: unknown) => void) {
  const wish = createWish<Memberships>((wished) => keepMemberships(client, wished), onFault);
  const put = (listId: string, symbol: string, isIn: boolean) =>
    wish.make(wishing(wish.get(), listId, symbol, isIn));
  const toggle = (symbol: string) => {
    const [first] = wishedLists(readLists(client.cache) ?? [], wish.get());
    put(FIRST, symbol, !first?.symbols.includes(symbol));
  };
  return {
    wish,
    acts: {
      put,
      toggle,
      takeOver: (symbols: readonly string[]) => takeOver(client, symbols),
    },
  };
}

/** Loads and follows the lists of whoever is signed in. `onFault` is told what could not be kept; it must be stable. */
export function useAccountWatchlists(onFault: (error: unknown) => void): {
  account: AccountWatchlists | null;
  isLoading: boolean;
} {
  const client = useApolloClient();
  const { status } = useSessionState();
  const isSignedIn = status === 'signed-in';
  const { data, error } = useQuery(MY_WATCHLISTS, { skip: !isSignedIn });
  useSubscription(WATCHLISTS_CHANGED, isSignedIn ? { ignoreResults: true } : skipToken);
  const { wish, acts } = useMemo(() => createActs(client, onFault), [client, onFault]);
  const wished = useSyncExternalStore(wish.subscribe, wish.get);
  const known = isSignedIn ? data?.me?.watchlists : null;
  const account = useMemo(
    () => (known ? { lists: wishedLists(known, wished), ...acts } : null),
    [known, wished, acts],
  );
  const isLoading = status === 'restoring' || (isSignedIn && !account && !error);
  return { account, isLoading };
}
