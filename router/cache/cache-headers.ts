import type { CachePolicy } from './policy';

/** How an answer came about. */
export type CacheStatus =
  | { kind: 'hit'; tier: 'memory' | 'redis' }
  /** `collapsed`: another request had asked for the same and was waited for. */
  | { kind: 'miss'; stored: boolean; collapsed: boolean }
  /** It was not looked for. */
  | { kind: 'bypass' };

export type CacheHeaders = Readonly<
  Record<'cache-control' | 'cache-status', string> & { age?: string }
>;

const CACHE_NAME = 'router';

/**
 * `Age` and `Cache-Control` (RFC 9111, sections 5.1 and 5.2) and `Cache-Status` (RFC 9211). `policy` is null for
 * what nobody may keep; ages are whole seconds.
 */
export function cacheHeaders(
  status: CacheStatus,
  policy: CachePolicy | null,
  ageSeconds: number,
): CacheHeaders {
  const control = policy
    ? `max-age=${policy.maxAgeSeconds}, ${policy.scope.toLowerCase()}`
    : 'no-store';
  const ttl = policy ? `; ttl=${policy.maxAgeSeconds - ageSeconds}` : '';
  return {
    'cache-control': control,
    'cache-status': `${CACHE_NAME}${parametersOf(status)}${ttl}`,
    ...(status.kind === 'hit' && { age: String(ageSeconds) }),
  };
}

/** Of what is not looked for in the cache. */
export const NOT_CACHED: CacheHeaders = cacheHeaders({ kind: 'bypass' }, null, 0);

function parametersOf(status: CacheStatus): string {
  switch (status.kind) {
    case 'hit':
      return `; hit; detail=${status.tier}`;
    case 'miss':
      return `; fwd=miss${status.stored ? '; stored' : ''}${status.collapsed ? '; collapsed' : ''}`;
    case 'bypass':
      return '; fwd=bypass';
  }
}
