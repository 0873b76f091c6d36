import type { Clock } from '@spyhop/platform/clock';
import { REQUESTS_BY_NETWORK, byNetwork } from '../rules/attempts';
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
    const { registrations, passwords, clock } = this.parts;
    checkStrength(password, [email.address, displayName]);
    await this.admit(client);
    const token = newLinkToken();
    const passwordHash = await passwords.hash(password);
    await registrations.add({ email, displayName, passwordHash }, token, clock());
    this.mail(email, async () => token);
  }

  /** A new link in place of the last one, where somebody has registered. Throws RATE_LIMITED. */
  async resend(email: EmailAddress, client: Client): Promise<void> {
    const { registrations, clock } = this.parts;
    await this.admit(client);
    this.mail(email, async () => {
      const token = newLinkToken();
      return (await registrations.renewLink(email, token, clock())) ? token : null;
    });
  }

  /** False for a link that is used, too old or unknown, or whose address has got an account meanwhile. */
  async complete(token: string, client: Client): Promise<boolean> {
    const { registrations, ledger, clock } = this.parts;
    const now = clock();
    const user = await registrations.complete(token, now, (tx, { id: userId }) =>
      ledger.recordWithin(
        tx,
        eventBy(client, { kind: 'REGISTERED', at: now, userId, sessionId: null }),
      ),
    );
    return user !== null;
  }

  private admit({ address }: Client): Promise<void> {
    return this.parts.attempts.admit(byNetwork(REQUESTS_BY_NETWORK, address));
  }

  private mail(email: EmailAddress, tokenFor: () => Promise<string | null>): void {
    const { users, outgoing, publicUrl } = this.parts;
    outgoing.onRequest(email, async () => {
      const known = await users.findByEmail(email);
      if (known) return alreadyRegisteredMail(known.email, publicUrl);
      const token = await tokenFor();
      return token === null ? null : verificationMail(email.address, publicUrl, token);
    });
  }
}
