import { LRUCache } from 'lru-cache';
import type { Clock } from './clock';
import type { Identity } from './identity';
import {
  type Revocation,
  readRevocation,
  revocationChannel,
  revocationsInForce,
} from './identity-revocation';
import type { Log } from './log';
import type { RedisSpace } from './redis';
import type { Stop } from './shutdown';

/** As many as are kept in Redis; of more, those heard of first are forgotten. */
const MOST_REMEMBERED = 100_000;

/** Which identities were revoked although their credentials would still be valid. */
export class RevokedIdentities {
  /** Under what was revoked, the time (epoch ms) up to which what was issued counts as revoked. */
  private readonly revoked = new LRUCache<string, number>({ max: MOST_REMEMBERED });

  /** Whether its session or key was revoked, or all that was issued to its subject until then. */
  has({ subject, claims }: Pick<Identity, 'subject' | 'claims'>): boolean {
    if (this.revoked.size === 0) return false;
    const { sid, key_id: key, iat } = claims;
    if (typeof sid === 'string' && this.revoked.has(`sid ${sid}`)) return true;
    if (typeof key === 'string' && this.revoked.has(`key ${key}`)) return true;
    const at = this.revoked.get(`sub ${subject}`);
    return at !== undefined && (typeof iat !== 'number' || iat * 1_000 < at);
  }

  add({ sessions, keys, subjects, at, until }: Revocation, now: number): void {
    const ttl = until - now;
    if (ttl <= 0) return;
    for (const id of sessions) this.revoked.set(`sid ${id}`, at, { ttl });
    for (const id of keys) this.revoked.set(`key ${id}`, at, { ttl });
    for (const id of subjects) {
      const known = this.revoked.get(`sub ${id}`) ?? 0;
      this.revoked.set(`sub ${id}`, Math.max(known, at), { ttl });
    }
  }
}

/**
 * Follows what is revoked from now on, and knows what was before. While Redis is away nothing is heard: it is read
 * once Redis is back. Throws when Redis does not answer at first.
 */
export async function followRevocations(
  revoked: RevokedIdentities,
  { redis, clock, log }: { redis: RedisSpace; clock: Clock; log: Log },
): Promise<Stop> {
  const catchUp = async (): Promise<void> => {
    const now = clock();
    for (const revocation of await revocationsInForce(redis, now)) revoked.add(revocation, now);
  };
  const subscriber = redis.open();
  subscriber.on('message', (_channel, text: string) => {
    try {
      revoked.add(readRevocation(text), clock());
    } catch (err) {
      log.warn({ err }, 'a revocation could not be read');
    }
  });
  try {
    await subscriber.subscribe(revocationChannel(redis));
    await catchUp();
  } catch (err) {
    subscriber.disconnect();
    throw err;
  }
  subscriber.on('ready', () => {
    catchUp().catch((err: unknown) => log.warn({ err }, 'revocations could not be read'));
  });
  return async () => subscriber.disconnect();
}
