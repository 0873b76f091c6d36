import type { ApolloClient } from '@apollo/client';
import { errorCode } from '../../../ui/error-code';
import {
  CREATE_WATCHLIST,
  MY_WATCHLISTS,
  UPDATE_WATCHLIST,
  readLists,
  withList,
  writeLists,
} from './documents';
import { FIRST, applied, type Memberships } from './memberships';

/** What a list is called that comes about by a star. */
export const FIRST_NAME = 'Watchlist';

/** A list is read anew and changed again so often when others change it at the same time. */
const MOST_ATTEMPTS = 4;

async function keepOnce(
  client: ApolloClient,
  listId: string,
  wished: ReadonlyMap<string, boolean>,
): Promise<void> {
  const lists = readLists(client.cache) ?? [];
  const list = listId === FIRST ? lists[0] : lists.find(({ id }) => id === listId);
  const symbols = applied(list?.symbols ?? [], wished);
  if (list) {
    if (symbols === list.symbols) return;
    const { id, version } = list;
    const variables = { id, version, symbols: [...symbols] };
    await client.mutate({ mutation: UPDATE_WATCHLIST, variables });
  } else if (listId === FIRST && symbols.length > 0) {
    await client.mutate({
      mutation: CREATE_WATCHLIST,
      variables: { name: FIRST_NAME, symbols: [...symbols] },
      update: (cache, { data }) => {
        if (data) writeLists(cache, (known) => withList(known, data.createWatchlist));
      },
    });
  }
}

async function keepOne(
  client: ApolloClient,
  listId: string,
  wished: ReadonlyMap<string, boolean>,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await keepOnce(client, listId, wished);
    } catch (error) {
      if (errorCode(error) !== 'CONFLICT' || attempt === MOST_ATTEMPTS) throw error;
      await client.query({ query: MY_WATCHLISTS, fetchPolicy: 'network-only' });
    }
  }
}

/** Keeps what is wished in the account, also where others change the same lists meanwhile. */
export async function keepMemberships(client: ApolloClient, wished: Memberships): Promise<void> {
  for (const [listId, ofList] of wished) await keepOne(client, listId, ofList);
}
