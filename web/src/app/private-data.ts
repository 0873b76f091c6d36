import type { InMemoryCache, NormalizedCacheObject } from '@apollo/client';
import type { Session } from '../features/users/session/session';

/** What everybody may see; all else is somebody's own. */
const PUBLIC_TYPES = new Set(['Asset', 'ExchangeRates', 'FeedStatus', 'GlobalMarket']);
const PUBLIC_QUERIES = new Set([
  'asset',
  'assets',
  'candles',
  'exchangeRates',
  'feedStatus',
  'globalMarket',
  'movers',
  'search',
  'trades',
  'trending',
]);

const ROOT = 'ROOT_QUERY';
const isPublicEntity = ({ __typename }: { __typename?: unknown } = {}) =>
  PUBLIC_TYPES.has(String(__typename));
const isPublicQuery = (storeName: string) =>
  storeName === '__typename' || PUBLIC_QUERIES.has(/^\w+/.exec(storeName)?.[0] ?? '');

/** What of a cache's content may be kept for whoever comes next. */
export function publicPart(data: NormalizedCacheObject): NormalizedCacheObject {
  const entities = Object.entries(data).filter(([, entity]) => isPublicEntity(entity));
  const queries = Object.entries(data[ROOT] ?? {}).filter(([name]) => isPublicQuery(name));
  return { ...Object.fromEntries(entities), [ROOT]: Object.fromEntries(queries) };
}

function evictPrivate(cache: InMemoryCache): void {
  const data = cache.extract() as NormalizedCacheObject;
  for (const name of Object.keys(data[ROOT] ?? {})) {
    const fieldName = /^\w+/.exec(name)?.[0];
    if (fieldName && !isPublicQuery(name)) cache.evict({ id: ROOT, fieldName });
  }
  for (const [id, entity] of Object.entries(data)) {
    if (!id.startsWith('ROOT_') && !isPublicEntity(entity)) cache.evict({ id });
  }
  cache.gc();
}

/** Empties the cache of what is somebody's own as soon as the page acts for somebody else, or nobody. */
export function forgetPrivateData(cache: InMemoryCache, session: Session): void {
  const whose = () => {
    const state = session.get();
    return state.status === 'signed-in' ? state.userId : null;
  };
  let owner = whose();
  session.subscribe(() => {
    const next = whose();
    if (owner !== null && next !== owner) evictPrivate(cache);
    owner = next;
  });
}
