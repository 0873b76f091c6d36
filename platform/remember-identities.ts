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

/** How long what was verified is remembered, and when not. */
export interface Remembering {
  max: number;
  ttlMs: number;
  clock: Clock;
  /** Who was revoked since is verified anew. */
  isRevoked?: (identity: Identity) => boolean;
  /** False while revocations may be missed: then nobody is remembered. */
  isReliable?: () => boolean;
}

/**
 * Verifies a credential once within `ttlMs` milliseconds, however often it comes and however many
 * come at a time. The last `max` answers are kept, under a digest of the credential; failures are not.
 */
export function rememberIdentities(
  verify: (credential: string) => Promise<Verified>,
  { max, ttlMs, clock, isRevoked = () => false, isReliable = () => true }: Remembering,
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
    if (!isReliable()) return (await verify(credential)).identity;
    const key = hash('sha256', credential, 'base64');
    const { identity, expiresAt } = await known.forceFetch(key, { context: credential });
    const isOver = expiresAt !== null && clock() >= expiresAt;
    if (!isOver && !(identity && isRevoked(identity))) return identity;
    known.delete(key);
    return (await verify(credential)).identity;
  };
}
