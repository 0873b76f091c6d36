import { randomBytes } from 'node:crypto';
import type { Clock } from '@spyhop/platform/clock';
import { SpyhopError } from '@spyhop/platform/errors';
import type { EmailAddress } from '../rules/email';
import type { Later } from '../rules/errand';
import { LINK_TOKEN_BYTES } from '../rules/link';
import { type Mail, alreadyRegisteredMail, verificationMail } from '../rules/mail';
import type { User } from '../rules/user';
import type { Passwords } from './passwords';
import type { RegistrationStore } from './registrations';
import type { UserStore } from './users';

/** What registering takes. */
export interface RegistrationParts {
  users: UserStore;
  registrations: RegistrationStore;
  passwords: Passwords;
  later: Later;
  sendMail: (mail: Mail) => Promise<void>;
  publicUrl: string;
  clock: Clock;
}

/** Somebody who wants an account; everything checked. */
export interface NewAccount {
  email: EmailAddress;
  password: string;
  displayName: string;
}

/** Makes accounts of those who own the address that they say. */
export class AccountRegistration {
  constructor(private readonly parts: RegistrationParts) {}

  /** The same work whether the address has an account or not; only its mailbox learns which. */
  async register({ email, password, displayName }: NewAccount): Promise<void> {
    const { registrations, passwords, later, clock } = this.parts;
    const token = randomBytes(LINK_TOKEN_BYTES).toString('base64url');
    const passwordHash = await passwords.hash(password);
    await registrations.add({ email, displayName, passwordHash }, token, clock());
    later('tell who registers', () => this.tell(email, token));
  }

  /** Throws LINK_INVALID. */
  async verify(token: string): Promise<User> {
    const { registrations, clock } = this.parts;
    const user = await registrations.complete(token, clock());
    if (user) return user;
    throw new SpyhopError(
      'LINK_INVALID',
      'The link was used or is too old; sign in, or register again.',
    );
  }

  private async tell(email: EmailAddress, token: string): Promise<void> {
    const { users, sendMail, publicUrl } = this.parts;
    const known = await users.findByEmail(email);
    await sendMail(
      known
        ? alreadyRegisteredMail(known.email, publicUrl)
        : verificationMail(email.address, publicUrl, token),
    );
  }
}
