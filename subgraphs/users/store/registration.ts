import type { Clock } from '@spyhop/platform/clock';
import { SpyhopError } from '@spyhop/platform/errors';
import {
  type Attempt,
  BY_NETWORK,
  NEW_PASSWORDS_BY_NETWORK,
  REQUESTS_BY_NETWORK,
  byNetwork,
} from '../rules/attempts';
import type { EmailAddress } from '../rules/email';
import { alreadyRegisteredMail, verificationMail } from '../rules/mail';
import { checkStrength } from '../rules/password-strength';
import { eventBy } from '../rules/security-event';
import type { Client } from '../rules/session';
import type { Attempts } from './attempts';
import { newLinkToken } from './mail-links';
import type { OutgoingMail } from './outgoing-mail';
import type { Passwords } from './passwords';
import type { RegistrationStore } from './registrations';
import type { SecurityLedger } from './security-ledger';
import type { UserStore } from './users';

/** What registering takes. */
export interface RegistrationParts {
  users: UserStore;
  registrations: RegistrationStore;
  passwords: Passwords;
  attempts: Attempts;
  outgoing: OutgoingMail;
  ledger: SecurityLedger;
  publicUrl: string;
  clock: Clock;
}

/** Somebody who wants an account; everything read. */
export interface NewAccount {
  email: EmailAddress;
  password: string;
  displayName: string;
}

/** Makes accounts of those who own the address that they say. */
export class AccountRegistration {
  constructor(private readonly parts: RegistrationParts) {}

  /**
   * The same work whether the address has an account or not; only its mailbox learns which.
   * Throws PASSWORD_REFUSED, RATE_LIMITED.
   */
  async register({ email, password, displayName }: NewAccount, client: Client): Promise<void> {
    const { registrations, passwords, attempts, clock } = this.parts;
    await attempts.admit(byNetwork(NEW_PASSWORDS_BY_NETWORK, client.address));
    checkStrength(password, [email.address, displayName]);
    const request = await this.admit(client);
    const token = newLinkToken();
    const passwordHash = await attempts.unlessItThrows(request, () =>
      passwords.hash(password, null),
    );
    await registrations.add({ email, displayName, passwordHash }, token, clock());
    this.mail(email, client, async () => token);
  }

  /** Another link beside those before, where somebody has registered. Throws RATE_LIMITED. */
  async resend(email: EmailAddress, client: Client): Promise<void> {
    const { registrations, clock } = this.parts;
    await this.admit(client);
    this.mail(email, client, async () => {
      const token = newLinkToken();
      return (await registrations.addLink(email, token, clock())) ? token : null;
    });
  }

  /**
   * Whoever owns the mailbox is not always who chose the password, so it takes both: nobody makes somebody else's
   * registration their account. False for a link that is used, too old or unknown, or whose address has got an account
   * meanwhile. Throws SIGN_IN_FAILED for another password, RATE_LIMITED; the link is still good then.
   */
  async complete(token: string, password: string | null, client: Client): Promise<boolean> {
    const { registrations, passwords, attempts, ledger, clock } = this.parts;
    const now = clock();
    const known = await registrations.passwordHash(token, now);
    if (known === null) return false;
    const attempt = byNetwork(BY_NETWORK, client.address);
    await attempts.admit(attempt);
    const isChosen =
      password !== null &&
      (await attempts.unlessItThrows(attempt, () => passwords.verify(password, known, null)));
    if (!isChosen) throw notChosen();
    await attempts.forgive(attempt);
    const user = await registrations.complete(token, now, (tx, { id: userId }) =>
      ledger.recordWithin(
        tx,
        eventBy(client, { kind: 'REGISTERED', at: now, userId, sessionId: null }),
      ),
    );
    return user !== null;
  }

  private async admit({ address }: Client): Promise<readonly Attempt[]> {
    const request = byNetwork(REQUESTS_BY_NETWORK, address);
    await this.parts.attempts.admit(request);
    return request;
  }

  private mail(email: EmailAddress, client: Client, tokenFor: () => Promise<string | null>): void {
    const { users, outgoing, publicUrl } = this.parts;
    outgoing.onRequest(email, client, async () => {
      const known = await users.findByEmail(email);
      if (known) return alreadyRegisteredMail(known.email, publicUrl);
      const token = await tokenFor();
      return token === null ? null : verificationMail(email.address, publicUrl, token);
    });
  }
}

const notChosen = (): SpyhopError =>
  new SpyhopError(
    'SIGN_IN_FAILED',
    'This is not the password of the registration that the link is of. If somebody else has registered with your address, register again and follow the newest link.',
  );
