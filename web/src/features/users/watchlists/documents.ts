import type { ApolloCache } from '@apollo/client';
import { graphql } from '../../../generated/gql';
import type { OwnWatchlistFragment } from '../../../generated/graphql';

/** A list of an account. */
export type OwnWatchlist = OwnWatchlistFragment;

graphql(`
  fragment OwnWatchlist on Watchlist {
    id
    name
    symbols
    version
  }
`);

export const MY_WATCHLISTS = graphql(`
  query MyWatchlists {
    me {
      id
      watchlists {
        ...OwnWatchlist @unmask
      }
    }
  }
`);

export const WATCHLISTS_CHANGED = graphql(`
  subscription WatchlistsChanged {
    watchlistsChanged {
      id
      watchlists {
        ...OwnWatchlist @unmask
      }
    }
  }
`);

export const CREATE_WATCHLIST = graphql(`
  mutation CreateWatchlist($name: String!, $symbols: [ID!]!) {
    createWatchlist(name: $name, symbols: $symbols) {
      ...OwnWatchlist @unmask
    }
  }
`);

export const MERGE_WATCHLIST = graphql(`
  mutation MergeWatchlist($name: String!, $symbols: [ID!]!) {
    mergeWatchlist(name: $name, symbols: $symbols) {
      ...OwnWatchlist @unmask
    }
  }
`);

export const UPDATE_WATCHLIST = graphql(`
  mutation UpdateWatchlist($id: ID!, $version: Int!, $name: String, $symbols: [ID!]) {
    updateWatchlist(id: $id, version: $version, name: $name, symbols: $symbols) {
      ...OwnWatchlist @unmask
    }
  }
`);

export const DELETE_WATCHLIST = graphql(`
  mutation DeleteWatchlist($id: ID!) {
    deleteWatchlist(id: $id)
  }
`);

export const ORDER_WATCHLISTS = graphql(`
  mutation OrderWatchlists($ids: [ID!]!) {
    orderWatchlists(ids: $ids) {
      ...OwnWatchlist @unmask
    }
  }
`);

/** The lists as the cache knows them; null where it does not. */
export const readLists = (cache: ApolloCache): readonly OwnWatchlist[] | null =>
  cache.readQuery({ query: MY_WATCHLISTS })?.me?.watchlists ?? null;

/** Changes the lists in the cache, where they are known. */
export function writeLists(
  cache: ApolloCache,
  change: (lists: readonly OwnWatchlist[]) => readonly OwnWatchlist[],
): void {
  cache.updateQuery({ query: MY_WATCHLISTS }, (known) =>
    known?.me?.watchlists
      ? { ...known, me: { ...known.me, watchlists: [...change(known.me.watchlists)] } }
      : known,
  );
}

/** The lists with one more at their end, unless they have it. */
export const withList = (
  lists: readonly OwnWatchlist[],
  added: OwnWatchlist,
): readonly OwnWatchlist[] => (lists.some(({ id }) => id === added.id) ? lists : [...lists, added]);
