import type { Clock } from '@spyhop/platform/clock';
import type { RedisSpace } from '@spyhop/platform/redis';
import type { SecretBox } from '@spyhop/platform/secret-box';
import type { PrismaClient } from '@spyhop/prisma/client';
import type { UsersServices } from './graphql/context';
import type { Later } from './rules/errand';
import type { Mail } from './rules/mail';
import type { AccessTokens } from './store/access-tokens';
import { PasswordSignIn } from './store/password-sign-in';
import { type PasswordCost, Passwords } from './store/passwords';
import { AccountRegistration } from './store/registration';
import { RegistrationStore } from './store/registrations';
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
}

/** Part of the composition root: what all requests work with. */
export function createServices(parts: ServiceParts): UsersServices {
  const { system, box, clock } = parts;
  const users = new UserStore(system);
  const sessions = new SessionStore(system, box);
  const passwords = new Passwords(parts.passwordCost);
  const registrations = new RegistrationStore(system);
  return {
    users,
    registration: new AccountRegistration({ ...parts, users, registrations, passwords }),
    passwordSignIn: new PasswordSignIn({ users, passwords }),
    grants: new SessionGrants({ ...parts, users, sessions }),
    clock,
  };
}
