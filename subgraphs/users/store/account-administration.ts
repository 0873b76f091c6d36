import { SpyhopError, notFound } from '@spyhop/platform/errors';
import type { PrismaClient } from '@spyhop/prisma/client';
import type { Transaction } from '@spyhop/prisma/row-owner';
import type { EmailAddress } from '../rules/email';
import { ROLES, type Role } from '../rules/roles';
import type { SecurityEvent, SecurityEventKind } from '../rules/security-event';
import type { Place as Client } from '../rules/session';
import type { User } from '../rules/user';
import { shareLock } from './advisory-locks';
import type { RefreshKeys } from './api-key-standing';
import type { Revocations } from './revocations';
import type { SecurityLedger } from './security-ledger';
import { endSessionsOf } from './sessions';
import { USER_VIEW, userOf } from './users';

/** An administrator at work. */
export interface Administrator extends Client {
  userId: string;
  sessionId: string;
  /** When they ask, epoch ms. */
  now: number;
}

/** Everything an administrator does to accounts, with its entry in the audit log in the same transaction. */
export class AccountAdministration {
  constructor(
    private readonly system: PrismaClient,
    private readonly ledger: SecurityLedger,
    private readonly revocations: Revocations,
    private readonly refreshKeys: RefreshKeys,
  ) {}

  /** Throws NOT_FOUND, and CONFLICT where nobody would be left to administer. */
  async setRoles(by: Administrator, id: string, roles: readonly Role[]): Promise<User> {
    const changed = await this.change(id, async (tx, user) => {
      if (isAdmin(user) && !roles.includes('ADMIN')) await requireAnotherAdmin(tx, id);
      const after = ROLES.filter((role) => roles.includes(role));
      const row = await tx.user.update({
        where: { id },
        data: { roles: after },
        select: USER_VIEW,
      });
      await this.ledger.recordWithin(
        tx,
        eventOf('ROLES_CHANGED', by, id, { before: user.roles.join(' '), after: after.join(' ') }),
      );
      return userOf(row);
    });
    // Its tokens say what they were.
    await this.revocations.ofUser(id);
    return changed;
  }

  /** Ends all sessions. Throws NOT_FOUND, and CONFLICT where nobody would be left to administer. */
  async lock(by: Administrator, id: string, reason: string): Promise<User> {
    let sessions: string[] = [];
    const locked = await this.change(id, async (tx, user) => {
      if (isAdmin(user)) await requireAnotherAdmin(tx, id);
      const lockedAt = user.lockedAt === null ? new Date(by.now) : new Date(user.lockedAt);
      const row = await tx.user.update({ where: { id }, data: { lockedAt }, select: USER_VIEW });
      sessions = await endSessionsOf(tx, id, { reason: 'LOCKED', except: null }, by.now);
      const details = { ...lockChange(user, 'locked'), reason, sessions: String(sessions.length) };
      await this.ledger.recordWithin(tx, eventOf('USER_LOCKED', by, id, details));
      return userOf(row);
    });
    await this.revocations.ofUser(id, sessions);
    return locked;
  }

  /** Throws NOT_FOUND. */
  async unlock(by: Administrator, id: string): Promise<User> {
    return this.change(id, async (tx, user) => {
      const data = { lockedAt: null };
      const changed = await tx.user.update({ where: { id }, data, select: USER_VIEW });
      await this.ledger.recordWithin(
        tx,
        eventOf('USER_UNLOCKED', by, id, lockChange(user, 'unlocked')),
      );
      return userOf(changed);
    });
  }

  /** The whole address. Throws NOT_FOUND. */
  async revealEmail(by: Administrator, id: string): Promise<string> {
    return this.system.$transaction(async (tx) => {
      const user = await lockedRow(tx, id);
      await this.ledger.recordWithin(tx, eventOf('EMAIL_REVEALED', by, id, {}));
      return user.email;
    });
  }

  /** What somebody may do changes, and what is said of their keys with it. Throws NOT_FOUND. */
  private change(id: string, work: (tx: Transaction, user: User) => Promise<User>): Promise<User> {
    return this.system.$transaction(async (tx) => {
      await shareLock(tx, 'API keys');
      const changed = await work(tx, await lockedRow(tx, id));
      await this.refreshKeys(tx, id);
      return changed;
    });
  }
}

const isAdmin = ({ roles }: User): boolean => roles.includes('ADMIN');

/** Held until the transaction ends: nobody else changes it, and nobody signs in to it, meanwhile. */
async function lockedRow(tx: Transaction, id: string): Promise<User> {
  await tx.$executeRaw`SELECT FROM users."user" WHERE id = ${id}::uuid FOR UPDATE`;
  const row = await tx.user.findUnique({ where: { id }, select: USER_VIEW });
  if (!row) throw notFound('user', id);
  return userOf(row);
}

/** Two who take each other's role away at once must not both succeed. */
async function requireAnotherAdmin(tx: Transaction, id: string): Promise<void> {
  const others = await tx.$queryRaw<unknown[]>`
    SELECT id FROM users."user"
    WHERE 'ADMIN' = ANY(roles) AND locked_at IS NULL AND id <> ${id}::uuid
    ORDER BY id LIMIT 1 FOR UPDATE`;
  if (others.length > 0) return;
  throw new SpyhopError(
    'CONFLICT',
    'This is the only administrator; make somebody else one first.',
  );
}

const lockChange = ({ lockedAt }: User, after: string): Record<string, string> => ({
  before: lockedAt === null ? 'unlocked' : 'locked',
  after,
});

const eventOf = (
  kind: SecurityEventKind,
  { userId: actorId, sessionId, address, userAgent, now: at }: Administrator,
  userId: string,
  details: Record<string, string>,
): SecurityEvent => ({ kind, at, userId, actorId, sessionId, address, userAgent, details });

/** Makes somebody an administrator, for whoever has the database. False where there is no such account. */
export const grantAdmin = (
  system: PrismaClient,
  ledger: SecurityLedger,
  email: EmailAddress,
  now: number,
): Promise<boolean> =>
  system.$transaction(async (tx) => {
    const found = await tx.user.findUnique({ where: { emailKey: email.key }, select: USER_VIEW });
    if (!found) return false;
    const { id } = found;
    const { roles: before } = await lockedRow(tx, id);
    const after = ROLES.filter((role) => role === 'ADMIN' || before.includes(role));
    await tx.user.update({ where: { id }, data: { roles: after } });
    await ledger.recordWithin(tx, {
      ...{ kind: 'ROLES_CHANGED', at: now, userId: id, actorId: null, sessionId: null },
      ...{ address: '', userAgent: 'npm run users' },
      details: { before: before.join(' '), after: after.join(' ') },
    });
    return true;
  });
