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
import { inOrder } from './reorder';

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

/** Does it again on the lists as they are by then, where others have changed them meanwhile. */
async function insisting(client: ApolloClient, keep: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await keep();
    } catch (error) {
      if (errorCode(error) !== 'CONFLICT' || attempt === MOST_ATTEMPTS) throw error;
      await client.query({ query: MY_WATCHLISTS, fetchPolicy: 'network-only' });
    }
  }
}

/** Keeps what is wished in the account, also where others change the same lists meanwhile. */
export async function keepMemberships(client: ApolloClient, wished: Memberships): Promise<void> {
  for (const [listId, ofList] of wished) {
    await insisting(client, () => keepOnce(client, listId, ofList));
  }
}

/** Keeps the assets of a list in the order that is wished; those that others have added meanwhile come last. */
export function keepOrder(
  client: ApolloClient,
  listId: string,
  wished: readonly string[],
): Promise<void> {
  return insisting(client, async () => {
    const list = readLists(client.cache)?.find(({ id }) => id === listId);
    if (!list) return;
    const { id, version, symbols } = list;
    const ordered = inOrder(
      symbols.map((symbol) => ({ id: symbol })),
      wished,
    );
    const variables = { id, version, symbols: ordered.map((item) => item.id) };
    await client.mutate({ mutation: UPDATE_WATCHLIST, variables });
  });
}
