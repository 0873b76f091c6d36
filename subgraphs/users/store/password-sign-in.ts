import { SpyhopError } from '@spyhop/platform/errors';
import type { EmailAddress } from '../rules/email';
import type { User } from '../rules/user';
import type { Passwords } from './passwords';
import type { UserStore } from './users';

/** What checking a password takes. */
export interface PasswordSignInParts {
  users: UserStore;
  passwords: Passwords;
}

/** Checks address and password. */
export class PasswordSignIn {
  constructor(private readonly parts: PasswordSignInParts) {}

  /** Throws SIGN_IN_FAILED: in the same words and after the same work whether there is an account or not. */
  async check(email: EmailAddress, password: string): Promise<User> {
    const { users, passwords } = this.parts;
    const known = await users.credentialsByEmail(email);
    const isRight = await passwords.verify(password, known?.passwordHash ?? null);
    if (!known || !isRight) throw failed();
    if (passwords.isOutdated(known.passwordHash)) {
      await users.rehash(known.user.id, known.passwordHash, await passwords.hash(password));
    }
    return known.user;
  }
}

const failed = (): SpyhopError =>
  new SpyhopError(
    'SIGN_IN_FAILED',
    'E-mail address and password do not belong together; if you have just registered, follow the link in the mail first.',
  );
