import type { SecretBox } from '@spyhop/platform/secret-box';
import type { PrismaClient } from '@spyhop/prisma/client';
import { asUser } from '@spyhop/prisma/row-owner';
import { stepOf } from '../rules/totp';
import type { Also } from './also';
import { dropIdleRecoveryCodes, renewRecoveryCodes } from './recovery-codes';

/** What apps that show codes share with us, sealed. */
export class TotpStore {
  constructor(
    /** Sees rows of the user only in whose name it asks. */
    private readonly prisma: PrismaClient,
    /** Sees the rows of all. */
    private readonly system: PrismaClient,
    private readonly box: SecretBox,
  ) {}

  /** True once for each code, and never for an older one than the last (RFC 6238, section 5.2). */
  async take(userId: string, code: string, now: number): Promise<boolean> {
    const [row] = await this.system.totp.findMany({ where: { userId } });
    if (!row) return false;
    const step = stepOf(this.box.open(row.seed, associated(userId)), code, now);
    if (step === null) return false;
    const { count } = await this.system.totp.updateMany({
      where: { userId, seed: row.seed, lastStep: { lt: step } },
      data: { lastStep: step },
    });
    return count === 1;
  }

  seal(userId: string, seed: Uint8Array): string {
    return this.box.seal(seed, associated(userId));
  }

  open(userId: string, sealed: string): Buffer {
    return this.box.open(sealed, associated(userId));
  }

  /** In place of the one before, with recovery codes in place of all before. */
  save(
    userId: string,
    { seed, lastStep, now }: { seed: string; lastStep: number; now: number },
    also: Also,
  ): Promise<string[]> {
    const values = { seed, lastStep, createdAt: new Date(now) };
    return asUser(this.prisma, userId, async (transaction) => {
      await transaction.totp.upsert({
        where: { userId },
        create: { userId, ...values },
        update: values,
      });
      await also(transaction);
      return renewRecoveryCodes(transaction, userId);
    });
  }

  /** False where there is none. */
  remove(userId: string, also: Also): Promise<boolean> {
    return asUser(this.prisma, userId, async (transaction) => {
      const { count } = await transaction.totp.deleteMany({ where: { userId } });
      if (count === 0) return false;
      await dropIdleRecoveryCodes(transaction, userId);
      await also(transaction);
      return true;
    });
  }
}

const associated = (userId: string): string => `totp:${userId}`;
