import type { PrismaClient } from '@spyhop/prisma/client';
import type { Transaction } from '@spyhop/prisma/row-owner';
import type { EmailAddress } from '../rules/email';
import { SUSPECT_MS, type WayIn } from '../rules/way-in';
import { shareLock } from './advisory-locks';
import type { Also } from './also';
import type { ApiKeyStore } from './api-keys';
import { isUniqueViolation } from './database-errors';
import { useLink } from './mail-links';
import { holdPassword, lockOwner } from './owner-lock';
import { endSessionsOf } from './sessions';
import { removeAddedSince } from './ways-in';

/** A password that somebody has chosen, and where. */
export interface NewPassword {
  /** PHC string. */
  hash: string;
  /** Epoch ms. */
  at: number;
  /** On which device: the hash of its cookie, null without one. */
  device: Buffer | null;
  /** In which session; null in none. */
  sessionId: string | null;
}

/** What ends with a password. */
export interface Ended {
  /** Ids of sessions. */
  sessions: readonly string[];
  removed: readonly WayIn[];
}

/** Changes to an account, each whole or not at all. */
export class AccountChanges {
  constructor(
    private readonly prisma: PrismaClient,
    private readonly apiKeys: ApiKeyStore,
  ) {}

  /**
   * In the place of one that was set then, epoch ms; null where another one was set meanwhile. Links that would change
   * the old password go with it, and devices and sessions that have signed in with it but this one.
   */
  async setPassword(
    { userId, passwordAt }: { userId: string; passwordAt: number },
    password: NewPassword,
    also: (tx: Transaction, ended: Ended) => Promise<void>,
  ): Promise<Ended | null> {
    return this.prisma.$transaction(async (tx) => {
      if (!(await holdPassword(tx, userId, passwordAt))) return null;
      const ended = { sessions: await replacePassword(tx, userId, password), removed: [] };
      await also(tx, ended);
      return ended;
    });
  }

  /**
   * Like `setPassword`, by a link; takes away also what lets somebody in and was added shortly before. Null where the
   * link was used meanwhile.
   */
  async resetPassword(
    { userId, token }: { userId: string; token: string },
    password: NewPassword,
    also: (tx: Transaction, ended: Ended) => Promise<void>,
  ): Promise<Ended | null> {
    return this.prisma.$transaction(async (tx) => {
      await shareLock(tx, 'API keys');
      await lockOwner(tx, userId);
      if (!(await useLink(tx, token, 'RESET_PASSWORD'))) return null;
      const sessions = await replacePassword(tx, userId, password);
      const times = { since: password.at - SUSPECT_MS, now: password.at };
      const removed = await removeAddedSince(tx, this.apiKeys, userId, times);
      await also(tx, { sessions, removed });
      return { sessions, removed };
    });
  }

  /** False where the link was used, or the address was taken, meanwhile. */
  async changeEmail(
    { userId, token }: { userId: string; token: string },
    { address, key }: EmailAddress,
    also: Also,
  ): Promise<boolean> {
    try {
      return await this.prisma.$transaction(async (tx) => {
        await lockOwner(tx, userId);
        if (!(await useLink(tx, token, 'CHANGE_EMAIL'))) return false;
        await tx.mailLink.deleteMany({ where: { userId } });
        await tx.user.update({
          where: { id: userId },
          data: { email: address, emailKey: key },
          select: { id: true },
        });
        await also(tx);
        return true;
      });
    } catch (err) {
      if (isUniqueViolation(err)) return false;
      throw err;
    }
  }
}

/** In a transaction that has locked the owner; the ids of the sessions that end with it. */
async function replacePassword(
  tx: Transaction,
  userId: string,
  { hash, at, device, sessionId: except }: NewPassword,
): Promise<string[]> {
  await tx.mailLink.deleteMany({ where: { userId } });
  await tx.knownDevice.deleteMany({
    where: { userId, ...(device && { deviceHash: { not: new Uint8Array(device) } }) },
  });
  await tx.user.update({
    where: { id: userId },
    data: { passwordHash: hash, passwordAt: new Date(at) },
    select: { id: true },
  });
  return endSessionsOf(tx, userId, { reason: 'PASSWORD_CHANGED', except }, at);
}
