import { z } from 'zod';
import type { RedisSpace } from './redis';

/** Where revocations in force are kept for routers that were not there to hear them. */
const REVOKED_KEY = 'identity:revoked';
/** Revocations that are kept; of more, those that would have ended first are forgotten. */
const MOST_KEPT = 100_000;
const MAX_ID_LENGTH = 256;
const MAX_IDS = 1_000;

/** Where whoever issues credentials says which are no longer valid. */
export const revocationChannel = (redis: RedisSpace): string =>
  redis.channel('identity', 'revoked');

const ids = z.array(z.string().min(1).max(MAX_ID_LENGTH)).max(MAX_IDS).default([]);

const Revocation = z.object({
  /** API keys, by the claim `key_id` of their identities. */
  keys: ids,
  /** Sessions, by the claim `sid` of their tokens (OpenID Connect Back-Channel Logout 1.0, section 2.4). */
  sessions: ids,
  /** Whatever they have signed, by the `kid` of tokens; tokens that do not say what has signed them are held to be of them. */
  signers: ids,
  /** Whatever was issued to them (`iat`) before `at`, as when one is locked or gets other roles. */
  subjects: ids,
  /** When it happened, epoch ms. */
  at: z.number().int(),
  /** When the last of the credentials would have ended by itself, epoch ms: it need not be remembered longer. */
  until: z.number().int(),
});

/** Credentials that are no longer valid although nothing about them says so. */
export type Revocation = z.output<typeof Revocation>;

/** Kept first, told then: who hears nothing reads it when it listens again. */
const REVOKE = `redis.call('zadd', KEYS[1], ARGV[3], ARGV[2])
redis.call('zremrangebyscore', KEYS[1], '-inf', ARGV[4])
redis.call('zremrangebyrank', KEYS[1], 0, -1 - ARGV[5])
return redis.call('publish', ARGV[1], ARGV[2])`;

/**
 * Tells all routers that credentials are no longer valid: they are refused from then on, and streams that run
 * in their name end. Call it when whoever is asked about them would say the same, that is after its transaction.
 * Throws when Redis does not answer, and for more than 1,000 ids of a kind or ids longer than 256 characters.
 */
export async function revokeIdentities(
  redis: RedisSpace,
  revocation: z.input<typeof Revocation>,
): Promise<void> {
  const parsed = Revocation.parse(revocation);
  const { at, until } = parsed;
  const args = [revocationChannel(redis), JSON.stringify(parsed), until, at, MOST_KEPT];
  await redis.client.eval(REVOKE, 1, REVOKED_KEY, ...args);
}

/** A message on the channel. Throws for what is none. */
export const readRevocation = (text: string): Revocation => Revocation.parse(JSON.parse(text));

/** All revocations that are in force at a time. Throws when Redis does not answer. */
export async function revocationsInForce(redis: RedisSpace, now: number): Promise<Revocation[]> {
  const kept = await redis.client.zrangebyscore(REVOKED_KEY, `(${now}`, '+inf');
  return kept.map(readRevocation);
}
