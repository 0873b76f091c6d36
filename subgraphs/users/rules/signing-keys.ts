import type { JWK } from 'jose';
import { tokensEndBy } from './access-token';

/** A key that access tokens are, were or will be signed with. Times are epoch ms. */
export interface SigningKey {
  kid: string;
  publicKey: JWK;
  /** From when on it signs, until a later one does. */
  signsFrom: number;
}

/** A key signs for so long … */
export const SIGNING_MS = 30 * 86_400_000;
/** … and is published so long before, for whoever keeps keys for some time. */
export const ANNOUNCED_MS = 3_600_000;

/** The key that signs now; undefined where none does yet. */
export const signerAt = <Key extends SigningKey>(
  keys: readonly Key[],
  now: number,
): Key | undefined =>
  keys
    .filter(({ signsFrom }) => signsFrom <= now)
    .reduce<Key | undefined>(
      (latest, key) => (latest && latest.signsFrom >= key.signsFrom ? latest : key),
      undefined,
    );

/** Keys whose signatures count: those that will sign, the one that does, and those whose tokens may still be valid. */
export function publishedAt<Key extends SigningKey>(keys: readonly Key[], now: number): Key[] {
  return keys.filter((key) => {
    const successor = keys
      .filter(({ signsFrom }) => signsFrom > key.signsFrom)
      .reduce((earliest, { signsFrom }) => Math.min(earliest, signsFrom), Infinity);
    return now < tokensEndBy(successor);
  });
}

/** When the next key must be made, so that it is published before it signs. */
export const isNextDue = (keys: readonly SigningKey[], now: number): boolean =>
  keys.every(({ signsFrom }) => signsFrom + SIGNING_MS - ANNOUNCED_MS <= now);
