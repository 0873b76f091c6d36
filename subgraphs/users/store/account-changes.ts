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
import { removeAddedSince } from './ways-in';

/** A password that somebody has chosen, and on which device: the hash of its cookie, null without one. */
export interface NewPassword {
  /** PHC string. */
  hash: string;
  /** Epoch ms. */
  at: number;
  device: Buffer | null;
}

/** Changes to an account, each whole or not at all. */
export class AccountChanges {
  constructor(
    private readonly prisma: PrismaClient,
    private readonly apiKeys: ApiKeyStore,
  ) {}

  /**
   * In the place of one that was set then, epoch ms; false where another one was set meanwhile. Links that would change
   * the old password go with it, and devices that have signed in with it but this one.
   */
  async setPassword(
    { userId, passwordAt }: { userId: string; passwordAt: number },
    password: NewPassword,
    also: Also,
  ): Promise<boolean> {
    return this.prisma.$transaction(async (tx) => {
      if (!(await holdPassword(tx, userId, passwordAt))) return false;
      await replacePassword(tx, userId, password);
      await also(tx);
      return true;
    });
  }

  /**
   * Like `setPassword`, by a link; takes away also what lets somebody in and was added shortly before, and resolves to
   * that. Null where the link was used meanwhile.
   */
  async resetPassword(
    { userId, token }: { userId: string; token: string },
    password: NewPassword,
    also: (tx: Transaction, removed: readonly WayIn[]) => Promise<void>,
  ): Promise<readonly WayIn[] | null> {
    return this.prisma.$transaction(async (tx) => {
      await shareLock(tx, 'API keys');
      await lockOwner(tx, userId);
      if (!(await useLink(tx, token, 'RESET_PASSWORD'))) return null;
      await replacePassword(tx, userId, password);
      const times = { since: password.at - SUSPECT_MS, now: password.at };
      const removed = await removeAddedSince(tx, this.apiKeys, userId, times);
      await also(tx, removed);
      return removed;
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

async function replacePassword(
  tx: Transaction,
  userId: string,
  { hash, at, device }: NewPassword,
): Promise<void> {
  await tx.mailLink.deleteMany({ where: { userId } });
  await tx.knownDevice.deleteMany({
    where: { userId, ...(device && { deviceHash: { not: new Uint8Array(device) } }) },
  });
  await tx.user.update({
    where: { id: userId },
    data: { passwordHash: hash, passwordAt: new Date(at) },
    select: { id: true },
  });
}
