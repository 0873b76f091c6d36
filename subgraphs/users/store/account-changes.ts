import type { PrismaClient } from '@spyhop/prisma/client';
import type { Transaction } from '@spyhop/prisma/row-owner';
import type { EmailAddress } from '../rules/email';
import type { Also } from './also';
import { isUniqueViolation } from './database-errors';
import { useLink } from './mail-links';

/** Changes to an account, each whole or not at all. */
export class AccountChanges {
  constructor(private readonly prisma: PrismaClient) {}

  /** Links that would change the old password go with it. */
  async setPassword(userId: string, passwordHash: string, now: number, also: Also): Promise<void> {
    await this.prisma.$transaction(async (tx) => {
      await replacePassword(tx, userId, passwordHash, now);
      await also(tx);
    });
  }

  /** False where the link was used meanwhile. */
  async resetPassword(
    { userId, token }: { userId: string; token: string },
    passwordHash: string,
    now: number,
    also: Also,
  ): Promise<boolean> {
    return this.prisma.$transaction(async (tx) => {
      if (!(await useLink(tx, token, 'RESET_PASSWORD'))) return false;
      await replacePassword(tx, userId, passwordHash, now);
      await also(tx);
      return true;
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
  passwordHash: string,
  now: number,
): Promise<void> {
  await tx.mailLink.deleteMany({ where: { userId } });
  await tx.user.update({
    where: { id: userId },
    data: { passwordHash, passwordAt: new Date(now) },
    select: { id: true },
  });
}
