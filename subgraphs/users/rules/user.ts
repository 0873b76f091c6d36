import { invalidInput } from '@spyhop/platform/errors';
import type { AuthenticationMethod } from './access-token';

/** Somebody with an account. Times are epoch ms. */
export interface User {
  id: string;
  email: string;
  displayName: string;
  roles: string[];
  createdAt: number;
  /** Since when an administrator keeps them out; null where nobody does. */
  lockedAt: number | null;
}

/** What a password is held against. */
export interface Credentials {
  user: User;
  /** PHC string. */
  passwordHash: string;
  /** When it was set, epoch ms. */
  passwordAt: number;
}

/** Somebody who has proved who they are. */
export interface Proved {
  user: User;
  /** How (RFC 8176). */
  amr: readonly AuthenticationMethod[];
  /** When the password was set that the account had by then, epoch ms: with another one the proof is over. */
  passwordAt: number;
}

const LONGEST_NAME = 64;
/** Control and format characters, which hide in names and turn their direction (Unicode categories C and Z but space). */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}]/u;

/** A name as it is shown: NFC, 1 to 64 characters, in one line. Throws INVALID_INPUT. */
export const readDisplayName = (text: string): string => readName(text, 'displayName');

/** A name that somebody gives to something, like a display name. Throws INVALID_INPUT that names the argument. */
export function readName(text: string, argument: string): string {
  const name = text.length > 4 * LONGEST_NAME ? '' : text.normalize('NFC').trim();
  const { length } = [...name];
  if (length >= 1 && length <= LONGEST_NAME && !UNSEEN.test(name)) return name;
  throw invalidInput('A name has 1 to 64 characters that can be seen.', {
    argument,
    minimum: 1,
    maximum: LONGEST_NAME,
  });
}
