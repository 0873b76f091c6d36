import { invalidInput } from '@spyhop/platform/errors';

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
}

const LONGEST_NAME = 64;
/** Control and format characters, which hide in names and turn their direction (Unicode categories C and Z but space). */
const UNSEEN = /[\p{C}\p{Zl}\p{Zp}]/u;

/** A name as it is shown: NFC, 1 to 64 characters, in one line. Throws INVALID_INPUT. */
export function readDisplayName(text: string): string {
  const name = text.length > 4 * LONGEST_NAME ? '' : text.normalize('NFC').trim();
  const { length } = [...name];
  if (length >= 1 && length <= LONGEST_NAME && !UNSEEN.test(name)) return name;
  throw invalidInput('A display name has 1 to 64 characters that can be seen.', {
    argument: 'displayName',
    minimum: 1,
    maximum: LONGEST_NAME,
  });
}
