import { SpyhopError, invalidInput } from '@spyhop/platform/errors';

/** NIST SP 800-63B, section 5.1.1.2 asks for 8 and 64 at least. */
export const SHORTEST_PASSWORD = 12;
export const LONGEST_PASSWORD = 128;
/** No password of 128 characters has more code units, however it is composed; more is not even looked at. */
const MOST_CODE_UNITS = 1_024;

/**
 * A password as it is hashed: NFKC, so that it is the same on every keyboard (NIST SP 800-63B, section 5.1.1.2).
 * Throws INVALID_INPUT for one that is too long for any account, before any work is done on it.
 */
export function readPassword(text: string, argument = 'password'): string {
  if (text.length > MOST_CODE_UNITS) throw tooLong(argument);
  const password = text.normalize('NFKC');
  if ([...password].length > LONGEST_PASSWORD) throw tooLong(argument);
  return password;
}

/** `readPassword` for a new one. Throws INVALID_INPUT. */
export function readNewPassword(text: string, argument = 'password'): string {
  const password = readPassword(text, argument);
  if ([...password].length >= SHORTEST_PASSWORD) return password;
  throw invalidInput(`A password has at least ${SHORTEST_PASSWORD} characters.`, {
    argument,
    minimum: SHORTEST_PASSWORD,
    maximum: LONGEST_PASSWORD,
  });
}

/** For who has shown a password that is no longer the account's when it would count. */
export const passwordReplaced = (): SpyhopError =>
  new SpyhopError(
    'SIGN_IN_FAILED',
    'The password was changed meanwhile; sign in with the new one.',
  );

const tooLong = (argument: string) =>
  invalidInput(`A password has at most ${LONGEST_PASSWORD} characters.`, {
    argument,
    minimum: SHORTEST_PASSWORD,
    maximum: LONGEST_PASSWORD,
  });
