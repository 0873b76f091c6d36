import type { Clock } from '@spyhop/platform/clock';
import type { LiveEvents } from '@spyhop/platform/live-events';
import type { Log } from '@spyhop/platform/log';
import type { RedisSpace } from '@spyhop/platform/redis';
import type { SecretBox } from '@spyhop/platform/secret-box';
import type { PrismaClient } from '@spyhop/prisma/client';
import type { UsersServices } from './graphql/context';
import type { Later } from './rules/errand';
import type { Mail } from './rules/mail';
import type { AccessTokens } from './store/access-tokens';
import { AccountAdministration } from './store/account-administration';
import { AccountChanges } from './store/account-changes';
import { Accounts } from './store/accounts';
import { Attempts } from './store/attempts';
import { AuditLog } from './store/audit-log';
import { DeviceStore } from './store/devices';
import { EmailChanges } from './store/email-changes';
import { MailLinkStore } from './store/mail-links';
import { OutgoingMail } from './store/outgoing-mail';
import { OwnSessions } from './store/own-sessions';
import { PasswordChanges } from './store/password-changes';
import { PasswordProof } from './store/password-proof';
import { type PasswordCost, Passwords } from './store/passwords';
import { RaisedAlerts } from './store/raised-alerts';
import { AccountRegistration } from './store/registration';
import { RegistrationStore } from './store/registrations';
import type { SecurityLedger } from './store/security-ledger';
import { SessionGrants, revokeUser } from './store/session-grants';
import { SessionStore } from './store/sessions';
import { UserStore } from './store/users';

/** What the services are made of. */
export interface ServiceParts {
  /** Sees rows of the user only in whose name it asks. */
  prisma: PrismaClient;
  /** Sees the rows of all. */
  system: PrismaClient;
  redis: RedisSpace;
  box: SecretBox;
  accessTokens: AccessTokens;
  passwordCost: PasswordCost;
  /** Links in mails lead there. */
  publicUrl: string;
  later: Later;
  sendMail: (mail: Mail) => Promise<void>;
  ledger: SecurityLedger;
  clock: Clock;
  log: Log;
  live: LiveEvents;
}

/** Part of the composition root: what all requests work with. */
export function createServices(given: ServiceParts): UsersServices {
  const parts = { ...given, recordSecurityEvent: given.ledger.record };
  const { prisma, system, box, redis } = parts;
  const attempts = new Attempts(redis);
  const stores = {
    users: new UserStore(system),
    sessions: new SessionStore(system, box),
    devices: new DeviceStore(system),
    links: new MailLinkStore(system),
    registrations: new RegistrationStore(system),
    changes: new AccountChanges(system),
    passwords: new Passwords(parts.passwordCost),
    outgoing: new OutgoingMail({ ...parts, attempts }),
    attempts,
  };
  const { users, devices } = stores;
  const grants = new SessionGrants({ ...parts, ...stores });
  const proof = new PasswordProof({ ...parts, ...stores });
  return {
    ...{ users, devices, grants },
    passwordProof: proof,
    passwordChanges: new PasswordChanges({ ...parts, ...stores, grants, proof }),
    emailChanges: new EmailChanges({ ...parts, ...stores }),
    registration: new AccountRegistration({ ...parts, ...stores }),
    ownSessions: new OwnSessions(prisma),
    accounts: new Accounts(system),
    administration: new AccountAdministration(system, parts.ledger, (userId, now) =>
      revokeUser(redis, userId, now),
    ),
    auditLog: new AuditLog(system),
    raisedAlerts: new RaisedAlerts(prisma, system),
    live: parts.live,
    recordSecurityEvent: parts.recordSecurityEvent,
    clock: parts.clock,
  };
}
