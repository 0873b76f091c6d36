import { invalidInput } from '@spyhop/platform/errors';

/** A credential of WebAuthn as its owner sees it. Times are epoch ms. */
export interface Passkey {
  id: string;
  name: string;
  createdAt: number;
  lastUsedAt: number | null;
}

/** What a passkey is recognised and checked with. */
export interface Credential {
  id: string;
  userId: string;
  /** As its authenticator names it. */
  credentialId: Uint8Array<ArrayBuffer>;
  /** COSE_Key (RFC 9052, section 7). */
  publicKey: Uint8Array<ArrayBuffer>;
  /** Whether it can be on several devices. */
  synced: boolean;
  /** When the password of its account was set, epoch ms. */
  passwordAt: number;
}

/** More than anybody has keys. */
export const MOST_PASSKEYS = 20;
const LONGEST_NAME = 64;
/** Control and format characters (Unicode category C). */
const UNSEEN = /\p{C}/u;

/** A name as it is shown, 1 to 64 characters in one line. Throws INVALID_INPUT. */
export function readPasskeyName(text: string): string {
  const name = text.length > 4 * LONGEST_NAME ? '' : text.normalize('NFC').trim();
  const { length } = [...name];
  if (length >= 1 && length <= LONGEST_NAME && !UNSEEN.test(name)) return name;
  throw invalidInput('A name of a passkey has 1 to 64 characters that can be seen.', {
    argument: 'name',
    minimum: 1,
    maximum: LONGEST_NAME,
  });
}

/** What authenticators know an account by (Web Authentication Level 3, section 5.4.3). */
export const userHandleOf = (userId: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(Buffer.from(userId.replaceAll('-', ''), 'hex'));
