import type { DurableEvents } from '@spyhop/platform/durable-events';
import { SpyhopError } from '@spyhop/platform/errors';
import { revokeIdentities } from '@spyhop/platform/identity-revocation';
import type { RedisSpace } from '@spyhop/platform/redis';
import { accountDeleted } from '@spyhop/platform/topics';
import type { PrismaClient } from '@spyhop/prisma/client';
import { type Transaction, asUser } from '@spyhop/prisma/row-owner';
import { tokensEndBy } from '../rules/access-token';
import { type SecurityEvent, eventBy } from '../rules/security-event';
import type { InSession } from '../rules/session';
import type { Also } from './also';
import type { ApiKeyIndex } from './api-key-index';
import type { ApiKeyUses } from './api-key-uses';
import { shareLock } from './advisory-locks';
import { lockOwner, lockOwnerInSession } from './owner-lock';
import type { Revocations } from './revocations';
import type { SecurityLedger } from './security-ledger';

/** What deleting accounts takes. */
export interface DeletionParts {
  prisma: PrismaClient;
  /** Sees the rows of all. */
  system: PrismaClient;
  redis: RedisSpace;
  index: ApiKeyIndex;
  uses: ApiKeyUses;
  durable: DurableEvents;
  ledger: SecurityLedger;
  revocations: Revocations;
}

/** An account that is no more. */
export interface DeletedAccount {
  userId: string;
  email: string;
  /** Those that went on until then. */
  sessions: string[];
}

/** Accounts whose owners want them gone. */
export class AccountDeletions {
  constructor(private readonly parts: DeletionParts) {}

  /** When the account goes, epoch ms; null where it stays. */
  async scheduledFor(userId: string): Promise<number | null> {
    const row = await asUser(this.parts.prisma, userId, (tx) =>
      tx.accountDeletion.findUnique({ where: { userId } }),
    );
    return row?.dueAt.getTime() ?? null;
  }

  /** When it goes: where that was said before, it stays with it. Throws SESSION_ENDED. */
  async request(
    owner: InSession,
    { now, graceMs }: { now: number; graceMs: number },
    also: Also,
  ): Promise<number> {
    const { userId } = owner;
    const row = await asUser(this.parts.prisma, userId, async (tx) => {
      const request = await tx.accountDeletion.upsert({
        where: { userId },
        create: { userId, requestedAt: new Date(now), dueAt: new Date(now + graceMs) },
        update: {},
      });
      // In the order in which accounts are removed: first the request, then its owner.
      await lockOwnerInSession(tx, owner);
      await also(tx);
      return request;
    });
    return row.dueAt.getTime();
  }

  /** False where it was to stay anyway. Throws CONFLICT when it is too late, and SESSION_ENDED. */
  cancel(owner: InSession, now: number, also: Also): Promise<boolean> {
    const { userId } = owner;
    return asUser(this.parts.prisma, userId, async (tx) => {
      const { count } = await tx.accountDeletion.deleteMany({
        where: { userId, dueAt: { gt: new Date(now) } },
      });
      await lockOwnerInSession(tx, owner);
      if (count === 0 && (await tx.accountDeletion.count({ where: { userId } })) > 0) {
        throw new SpyhopError('CONFLICT', 'It is too late: the account is being deleted.');
      }
      if (count === 1) await also(tx);
      return count === 1;
    });
  }

  /**
   * Deletes an account whose time has come, with all that it owns; null where there is none. Tokens, keys and the
   * other domains are told before the transaction ends: if that fails it is done again, and they are told twice.
   */
  removeNext(now: number): Promise<DeletedAccount | null> {
    return this.parts.system.$transaction(async (tx) => {
      await shareLock(tx, 'API keys');
      const [due] = await tx.$queryRaw<{ userId: string }[]>`
        SELECT user_id AS "userId" FROM users.account_deletion WHERE due_at <= ${new Date(now)}
        ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED`;
      if (!due) return null;
      await lockOwner(tx, due.userId);
      await this.endKeysAndTokens(tx, due.userId, now);
      const going = await tx.session.findMany({
        where: { userId: due.userId, endedAt: null },
        select: { id: true },
      });
      const { email } = await removeRows(tx, due.userId);
      await this.parts.ledger.recordWithin(tx, deletedBy(due.userId, now));
      await this.parts.durable.append(accountDeleted, { userId: due.userId, at: now });
      return { userId: due.userId, email, sessions: going.map(({ id }) => id) };
    });
  }

  /** Before the account was gone one of its sessions may have handed out a token that is newer than what was told. */
  refuseTokens({ userId, sessions }: DeletedAccount): Promise<void> {
    return this.parts.revocations.ofUser(userId, sessions);
  }

  private async endKeysAndTokens(tx: Transaction, userId: string, now: number): Promise<void> {
    const { index, uses, redis } = this.parts;
    const rows = await tx.apiKey.findMany({ where: { userId }, select: { id: true } });
    const keys = rows.map(({ id }) => id);
    await index.remove(keys);
    await uses.forget(keys);
    const until = tokensEndBy(now);
    await revokeIdentities(redis, { keys, subjects: [userId], at: now, until });
  }
}

const deletedBy = (userId: string, at: number): SecurityEvent =>
  eventBy({ address: '', userAgent: '' }, { kind: 'ACCOUNT_DELETED', at, userId, sessionId: null });

/** What refers to the account goes with it. */
async function removeRows(tx: Transaction, userId: string): Promise<{ email: string }> {
  const { email, emailKey } = await tx.user.delete({
    where: { id: userId },
    select: { email: true, emailKey: true },
  });
  await tx.registration.deleteMany({ where: { emailKey } });
  return { email };
}
