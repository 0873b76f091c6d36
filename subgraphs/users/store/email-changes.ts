import type { Clock } from '@spyhop/platform/clock';
import { EMAIL_CHANGES_BY_USER, REQUESTS_BY_NETWORK, byNetwork } from '../rules/attempts';
import { type EmailAddress, maskEmail, readEmail } from '../rules/email';
import { alreadyRegisteredMail, changeEmailMail, emailChangedMail } from '../rules/mail';
import { eventBy } from '../rules/security-event';
import type { Client } from '../rules/session';
import type { AccountChanges } from './account-changes';
import type { Attempts } from './attempts';
import { type MailLinkStore, newLinkToken } from './mail-links';
import type { OutgoingMail } from './outgoing-mail';
import type { PasswordProof } from './password-proof';
import type { SecurityLedger } from './security-ledger';
import type { UserStore } from './users';

/** What changing addresses takes. */
export interface EmailChangeParts {
  users: UserStore;
  changes: AccountChanges;
  links: MailLinkStore;
  proof: PasswordProof;
  attempts: Attempts;
  outgoing: OutgoingMail;
  ledger: SecurityLedger;
  publicUrl: string;
  clock: Clock;
}

/** Gives accounts another address, once a link that was sent there is followed. */
export class EmailChanges {
  constructor(private readonly parts: EmailChangeParts) {}

  /**
   * Sends the link, unless the password that was shown is changed before it is made; where the address has an account
   * already only its mailbox learns that. Throws SIGN_IN_FAILED for a wrong password, RATE_LIMITED.
   */
  async request(
    { userId, sessionId }: { userId: string; sessionId: string },
    { email, password }: { email: EmailAddress; password: string },
    client: Client,
  ): Promise<void> {
    const { outgoing, users, links, publicUrl, clock, attempts, proof } = this.parts;
    await attempts.admit([{ limit: EMAIL_CHANGES_BY_USER, key: userId }]);
    await attempts.admit(byNetwork(REQUESTS_BY_NETWORK, client.address));
    const { user, passwordAt } = await proof.ofUser(userId, sessionId, password, client);
    outgoing.onRequest(email, client, async () => {
      if (await users.findByEmail(email)) return alreadyRegisteredMail(email.address, publicUrl);
      const token = newLinkToken();
      const link = { userId: user.id, email: email.address, passwordAt };
      const added = await links.add(link, { purpose: 'CHANGE_EMAIL', token }, clock());
      return added ? changeEmailMail(email.address, publicUrl, token) : null;
    });
  }

  /** Tells the old address. False for a link that is none of these, or no longer. */
  async complete(token: string, client: Client): Promise<boolean> {
    const { links, users, changes, outgoing, publicUrl, clock, ledger } = this.parts;
    const link = await links.find(token, 'CHANGE_EMAIL', clock());
    const user = link && (await users.find(link.userId));
    if (!user || link.email === null) return false;
    const email = readEmail(link.email);
    const event = eventBy(client, {
      ...{ kind: 'EMAIL_CHANGED', at: clock(), userId: user.id, sessionId: null },
      details: { from: maskEmail(user.email), to: maskEmail(link.email) },
    });
    const hasChanged = await changes.changeEmail({ userId: user.id, token }, email, (tx) =>
      ledger.recordWithin(tx, event),
    );
    if (!hasChanged) return false;
    outgoing.notice(emailChangedMail(user.email, maskEmail(link.email), publicUrl));
    return true;
  }
}
