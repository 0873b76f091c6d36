import type { Clock } from '@spyhop/platform/clock';
import { SpyhopError } from '@spyhop/platform/errors';
import type { Transaction } from '@spyhop/prisma/row-owner';
import { REQUESTS_BY_NETWORK, byNetwork } from '../rules/attempts';
import { type EmailAddress, readEmail } from '../rules/email';
import { passwordChangedMail, resetMail } from '../rules/mail';
import { passwordReplaced } from '../rules/password';
import { checkStrength } from '../rules/password-strength';
import { type SecurityEvent, type SecurityEventKind, eventBy } from '../rules/security-event';
import type { Client } from '../rules/session';
import type { User } from '../rules/user';
import { REMOVED } from '../rules/way-in';
import type { AccountChanges, Ended } from './account-changes';
import type { Attempts } from './attempts';
import type { DeviceStore } from './devices';
import { type MailLinkStore, newLinkToken } from './mail-links';
import type { OutgoingMail } from './outgoing-mail';
import type { PasswordProof } from './password-proof';
import type { Passwords } from './passwords';
import type { Revocations } from './revocations';
import type { SecurityLedger } from './security-ledger';
import type { UserStore } from './users';

/** What changing passwords takes. */
export interface PasswordChangeParts {
  users: UserStore;
  changes: AccountChanges;
  links: MailLinkStore;
  devices: DeviceStore;
  passwords: Passwords;
  proof: PasswordProof;
  revocations: Revocations;
  attempts: Attempts;
  outgoing: OutgoingMail;
  ledger: SecurityLedger;
  publicUrl: string;
  clock: Clock;
}

/** Sets new passwords for those who know the old one, or own the mailbox. */
export class PasswordChanges {
  constructor(private readonly parts: PasswordChangeParts) {}

  /** Sends a link where there is an account; only its mailbox learns whether. Throws RATE_LIMITED. */
  async requestReset(email: EmailAddress, client: Client): Promise<void> {
    const { attempts, outgoing, users, links, publicUrl, ledger, clock } = this.parts;
    await attempts.admit(byNetwork(REQUESTS_BY_NETWORK, client.address));
    outgoing.onRequest(email, client, async () => {
      const user = await users.findByEmail(email);
      if (!user) return null;
      const token = newLinkToken();
      const link = { userId: user.id, email: null, passwordAt: null };
      const event = this.eventOf('PASSWORD_RESET_REQUESTED', user, client);
      const added = await links.add(link, { purpose: 'RESET_PASSWORD', token }, clock(), (tx) =>
        ledger.recordWithin(tx, event),
      );
      return added ? resetMail(user.email, publicUrl, token) : null;
    });
  }

  /** Ends all sessions. Throws LINK_INVALID, and PASSWORD_REFUSED, RATE_LIMITED with the link still good. */
  async reset(token: string, password: string, client: Client): Promise<void> {
    const { links, users, changes, passwords, proof, devices, clock } = this.parts;
    const link = await links.find(token, 'RESET_PASSWORD', clock());
    const user = link && (await users.find(link.userId));
    if (!user) throw linkInvalid();
    checkStrength(password, [user.email, user.displayName]);
    const passwordHash = await passwords.hash(password, null);
    const ended = await changes.resetPassword(
      { userId: user.id, token },
      { hash: passwordHash, at: clock(), device: null, sessionId: null },
      (tx, all) => this.record(tx, user, client, all),
    );
    if (!ended) throw linkInvalid();
    await this.changed(user, ended);
    await proof.forgetStrangers(readEmail(user.email), client);
    if (client.device) await devices.admit(user.id, client.device, clock());
  }

  /** Ends all other sessions. Throws SIGN_IN_FAILED for a wrong old password, RATE_LIMITED, PASSWORD_REFUSED. */
  async change(
    { userId, sessionId }: { userId: string; sessionId: string },
    { current, next }: { current: string; next: string },
    client: Client,
  ): Promise<void> {
    const { proof, passwords, changes, clock } = this.parts;
    const { user, passwordAt } = await proof.ofUser(userId, sessionId, current, client);
    checkStrength(next, [user.email, user.displayName]);
    const passwordHash = await passwords.hash(next, userId);
    const ended = await changes.setPassword(
      { userId, passwordAt },
      { hash: passwordHash, at: clock(), device: client.device, sessionId },
      (tx, all) => this.record(tx, user, client, all),
    );
    if (!ended) throw passwordReplaced();
    await this.changed(user, ended);
  }

  private async changed(user: User, { sessions, removed }: Ended): Promise<void> {
    const { revocations, outgoing, publicUrl } = this.parts;
    outgoing.notice(passwordChangedMail(user.email, publicUrl, removed));
    await revocations.ofSessions(sessions);
  }

  private record(
    tx: Transaction,
    user: User,
    client: Client,
    { sessions, removed }: Ended,
  ): Promise<void> {
    const ended = this.eventOf('SESSION_ENDED', user, client);
    return this.parts.ledger.recordWithin(
      tx,
      this.eventOf('PASSWORD_CHANGED', user, client),
      ...removed.map(({ kind, id }) =>
        this.eventOf(REMOVED[kind], user, client, kind === 'API_KEY' ? { key: id } : {}),
      ),
      ...sessions.map((sessionId) => ({ ...ended, sessionId })),
    );
  }

  private eventOf(
    kind: SecurityEventKind,
    { id: userId }: User,
    client: Client,
    details: SecurityEvent['details'] = {},
  ): SecurityEvent {
    return eventBy(client, { kind, at: this.parts.clock(), userId, sessionId: null, details });
  }
}

const linkInvalid = (): SpyhopError =>
  new SpyhopError('LINK_INVALID', 'The link was used, replaced or is too old; ask for a new one.');
