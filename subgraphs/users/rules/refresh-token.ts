import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/**
 * A refresh token: the session it is of, how many came before it, and a secret. Of one session each
 * secret is made from the one before with a key that only we have. So we need to keep nothing but that key and
 * a hash of the newest: whoever shows an older one proves that it was ours, and who guesses proves nothing.
 */
export interface RefreshToken {
  sessionId: string;
  generation: number;
  secret: Buffer;
}

/** What is known of the newest token of a session. */
export interface NewestToken {
  generation: number;
  /** SHA-256 of its secret. */
  hash: Uint8Array;
  chainKey: Uint8Array;
}

/** What a token that was shown is to its session. */
export type TokenStanding = 'newest' | 'previous' | 'older' | 'unknown';

export const SECRET_BYTES = 32;
export const CHAIN_KEY_BYTES = 32;
/**
 * Older ones are refused like unknown ones: proving that they were ours takes work for each step, some milliseconds for
 * all. A session of 90 days whose token is renewed whenever its access token ends, after 15 minutes, has 8,640.
 */
const MOST_STEPS = 10_000;
const PREFIX = 'spr';
const TEXT = new RegExp(
  `^${PREFIX}_([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\\.(\\d{1,9})\\.([\\w-]{43})$`,
);

export const writeRefreshToken = ({ sessionId, generation, secret }: RefreshToken): string =>
  `${PREFIX}_${sessionId}.${generation}.${secret.toString('base64url')}`;

/** Null for what is no refresh token. */
export function readRefreshToken(text: string): RefreshToken | null {
  const [, sessionId, generation, secret] = TEXT.exec(text) ?? [];
  if (sessionId === undefined || secret === undefined) return null;
  return { sessionId, generation: Number(generation), secret: Buffer.from(secret, 'base64url') };
}

export const hashSecret = (secret: Uint8Array): Buffer =>
  createHash('sha256').update(secret).digest();

/** The token that takes its place. */
export const successorOf = (token: RefreshToken, chainKey: Uint8Array): RefreshToken => ({
  ...token,
  generation: token.generation + 1,
  secret: nextSecret(token.secret, chainKey),
});

/** Compares in constant time. */
export function standingOf(token: RefreshToken, newest: NewestToken): TokenStanding {
  const steps = newest.generation - token.generation;
  if (steps < 0 || steps > MOST_STEPS) return 'unknown';
  let secret = token.secret;
  for (let step = 0; step < steps; step += 1) secret = nextSecret(secret, newest.chainKey);
  if (!timingSafeEqual(hashSecret(secret), newest.hash)) return 'unknown';
  return steps === 0 ? 'newest' : steps === 1 ? 'previous' : 'older';
}

const nextSecret = (secret: Uint8Array, chainKey: Uint8Array): Buffer =>
  createHmac('sha256', chainKey).update(secret).digest();
