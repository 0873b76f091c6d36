import type { Clock } from '@spyhop/platform/clock';
import type { Log } from '@spyhop/platform/log';
import type { DurableEvents } from '@spyhop/platform/durable-events';
import type { LiveEvents } from '@spyhop/platform/live-events';
import type { RedisSpace } from '@spyhop/platform/redis';
import type { SecretBox } from '@spyhop/platform/secret-box';
import type { PrismaClient } from '@spyhop/prisma/client';
import type { RunSql } from '@spyhop/prisma/direct-sql';
import { createFactorServices } from './factor-services';
import type { Redis } from 'ioredis';
import type { UsersServices } from './graphql/context';
import type { Later } from './rules/errand';
import type { Mail } from './rules/mail';
import type { AccessTokens } from './store/access-tokens';
import { AccountAdministration } from './store/account-administration';
import { AccountChanges } from './store/account-changes';
import { Accounts } from './store/accounts';
import { Attempts } from './store/attempts';
import { AdminReading } from './store/admin-reading';
import { AuditLog } from './store/audit-log';
import { DeviceStore } from './store/devices';
import { EmailChanges } from './store/email-changes';
import { MailLinkStore } from './store/mail-links';
import { OutgoingMail } from './store/outgoing-mail';
import { OwnSessions } from './store/own-sessions';
import { createOwnedServices } from './owned-services';
import { ApiKeyIndex } from './store/api-key-index';
import { refreshKeysIn } from './store/api-key-standing';
import type { ApiKeyVerification } from './store/api-key-verification';
import { PasswordChanges } from './store/password-changes';
import { PasswordProof } from './store/password-proof';
import { type PasswordCost, Passwords } from './store/passwords';
import { RaisedAlerts } from './store/raised-alerts';
import { AccountRegistration } from './store/registration';
import { RegistrationStore } from './store/registrations';
import { Revocations } from './store/revocations';
import type { SecurityLedger } from './store/security-ledger';
import { SessionGrants } from './store/session-grants';
import { SessionStore } from './store/sessions';
import { UserStore } from './store/users';

/** What the services are made of. */
export interface ServiceParts {
  /** Sees rows of the user only in whose name it asks. */
  prisma: PrismaClient;
  /** Sees the rows of all. */
  system: PrismaClient;
  /** The same, without Prisma between. */
  runSql: RunSql;
  redis: RedisSpace;
  live: LiveEvents;
  durable: DurableEvents;
  deletionGraceMs: number;
  /** For counting: what is asked at once goes out together. */
  counting: Redis;
  box: SecretBox;
  accessTokens: AccessTokens;
  passwordCost: PasswordCost;
  /** 20 random bytes. */
  newTotpSeed: () => Uint8Array;
  /** Links in mails lead there. */
  publicUrl: string;
  later: Later;
  /** For what sends mails. */
  laterMail: Later;
  sendMail: (mail: Mail) => Promise<void>;
  recentAuthenticationMs: number;
  ledger: SecurityLedger;
  clock: Clock;
  log: Log;
}

/** Part of the composition root: what all requests work with. */
export function createServices(
  given: ServiceParts,
): UsersServices & { keyVerification: ApiKeyVerification } {
  const parts = { ...given, recordSecurityEvent: given.ledger.record };
  const { prisma, system, box, redis, counting } = parts;
  const attempts = new Attempts(counting);
  const users = new UserStore(system, parts.runSql);
  const devices = new DeviceStore(system);
  const stores = {
    users,
    sessions: new SessionStore(system, box, parts.runSql),
    devices,
    links: new MailLinkStore(system),
    registrations: new RegistrationStore(system),
    passwords: new Passwords(parts.passwordCost),
    outgoing: new OutgoingMail({ ...parts, later: parts.laterMail, users, devices, attempts }),
    attempts,
  };
  const { outgoing } = stores;
  const revocations = new Revocations(parts);
  const grants = new SessionGrants({ ...parts, ...stores, revocations });
  const proof = new PasswordProof({ ...parts, ...stores });
  const owned = createOwnedServices({ ...parts, outgoing, revocations });
  const changes = new AccountChanges(system, owned.apiKeys);
  return {
    ...createFactorServices({ ...parts, ...stores, grants, proof }),
    ...owned,
    ...{ users, devices, grants },
    passwordProof: proof,
    passwordChanges: new PasswordChanges({ ...parts, ...stores, changes, revocations, proof }),
    emailChanges: new EmailChanges({ ...parts, ...stores, changes, proof }),
    registration: new AccountRegistration({ ...parts, ...stores }),
    ownSessions: new OwnSessions(prisma),
    recentAuthenticationMs: parts.recentAuthenticationMs,
    accounts: new Accounts(system),
    administration: new AccountAdministration(
      system,
      parts.ledger,
      revocations,
      refreshKeysIn(new ApiKeyIndex(redis)),
    ),
    adminReading: new AdminReading(parts.ledger),
    auditLog: new AuditLog(system),
    raisedAlerts: new RaisedAlerts(prisma, system),
    clock: parts.clock,
  };
}
