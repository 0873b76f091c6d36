import type { Browser } from './browser';

const FIELDS = `id name symbols version assets { symbol }`;

export const CREATE_LIST = `mutation ($name: String!, $symbols: [ID!]!) {
  createWatchlist(name: $name, symbols: $symbols) { ${FIELDS} }
}`;
export const MERGE_LIST = `mutation ($name: String!, $symbols: [ID!]!) {
  mergeWatchlist(name: $name, symbols: $symbols) { ${FIELDS} }
}`;
export const UPDATE_LIST = `mutation ($id: ID!, $version: Int!, $name: String, $symbols: [ID!]) {
  updateWatchlist(id: $id, version: $version, name: $name, symbols: $symbols) { ${FIELDS} }
}`;
export const DELETE_LIST = `mutation ($id: ID!) { deleteWatchlist(id: $id) }`;
export const ORDER_LISTS = `mutation ($ids: [ID!]!) { orderWatchlists(ids: $ids) { id name } }`;
export const LISTS = `{ me { watchlists { ${FIELDS} } } }`;
export const LISTS_CHANGED = `subscription { watchlistsChanged { id watchlists { ${FIELDS} } } }`;

export interface List {
  id: string;
  name: string;
  symbols: string[];
  version: number;
  assets: { symbol: string }[];
}

export async function makeList(
  { data }: Pick<Browser, 'data'>,
  name: string,
  symbols: string[],
): Promise<List> {
  const { createWatchlist } = await data<{ createWatchlist: List }>(CREATE_LIST, { name, symbols });
  return createWatchlist;
}

export const listsOf = async ({ data }: Pick<Browser, 'data'>): Promise<List[]> =>
  (await data<{ me: { watchlists: List[] } }>(LISTS)).me.watchlists;
