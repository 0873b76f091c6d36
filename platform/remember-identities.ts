import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Clock } from './clock';
import type { Identity } from './identity';

/** Who a credential belongs to; nobody, perhaps. */
export interface Verified {
  identity: Identity | null;
  /** Epoch milliseconds up to which that holds; null where it has no end. */
  expiresAt: number | null;
}

/**
 * Verifies a credential once within `ttlMs` milliseconds, however often it comes and however many
 * come at a time. The last `max` answers are kept, under a digest of the credential; failures are not.
 */
export function rememberIdentities(
  verify: (credential: string) => Promise<Verified>,
  { max, ttlMs, clock }: { max: number; ttlMs: number; clock: Clock },
): (credential: string) => Promise<Identity | null> {
  const known = new LRUCache<string, Verified, string>({
    max,
    ttl: ttlMs,
    ttlResolution: 0,
    perf: { now: clock },
    fetchMethod: (_key, _stale, { context }) => verify(context),
    // Whoever waits for an answer gets it, also where it is no longer kept.
    ignoreFetchAbort: true,
  });
  return async (credential) => {
    const key = hash('sha256', credential, 'base64');
    const { identity, expiresAt } = await known.forceFetch(key, { context: credential });
    if (expiresAt === null || clock() < expiresAt) return identity;
    known.delete(key);
    return (await verify(credential)).identity;
  };
}
