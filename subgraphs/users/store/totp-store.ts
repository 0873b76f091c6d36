import type { SecretBox } from '@spyhop/platform/secret-box';
import type { PrismaClient } from '@spyhop/prisma/client';
import { asUser } from '@spyhop/prisma/row-owner';
import { SEALED_AS } from '../rules/sealed-names';
import { stepOf } from '../rules/totp';
import type { InSession } from '../rules/session';
import type { Also } from './also';
import { lockOwnerInSession } from './owner-lock';
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
  take(userId: string, code: string, now: number): Promise<boolean> {
    return this.system.$transaction(async (transaction) => {
      // Nobody replaces the seed, or seals it anew, between reading it and counting the code.
      const [row] = await transaction.$queryRaw<{ seed: string; lastStep: number }[]>`
        SELECT seed, last_step AS "lastStep" FROM users.totp WHERE user_id = ${userId}::uuid FOR UPDATE`;
      const step = row ? stepOf(this.open(userId, row.seed), code, now) : null;
      if (!row || step === null || step <= row.lastStep) return false;
      await transaction.totp.updateMany({ where: { userId }, data: { lastStep: step } });
      return true;
    });
  }

  seal(userId: string, seed: Uint8Array): string {
    return this.box.seal(seed, SEALED_AS.totp(userId));
  }

  /** Throws SealBroken. */
  open(userId: string, sealed: string): Buffer {
    return this.box.open(sealed, SEALED_AS.totp(userId));
  }

  /**
   * In place of the one before, with recovery codes in place of all before. `also` happens in the same transaction.
   * Throws SESSION_ENDED.
   */
  save(
    owner: InSession,
    { seed, lastStep, now }: { seed: Uint8Array; lastStep: number; now: number },
    also: Also,
  ): Promise<string[]> {
    const { userId } = owner;
    const values = { seed: this.seal(userId, seed), lastStep, createdAt: new Date(now) };
    return asUser(this.prisma, userId, async (transaction) => {
      await lockOwnerInSession(transaction, owner);
      await transaction.totp.upsert({
        where: { userId },
        create: { userId, ...values },
        update: values,
      });
      await also(transaction);
      return renewRecoveryCodes(transaction, userId);
    });
  }

  /** False where there is none. Throws SESSION_ENDED. */
  remove(owner: InSession, also: Also): Promise<boolean> {
    const { userId } = owner;
    return asUser(this.prisma, userId, async (transaction) => {
      await lockOwnerInSession(transaction, owner);
      const { count } = await transaction.totp.deleteMany({ where: { userId } });
      if (count === 0) return false;
      await dropIdleRecoveryCodes(transaction, userId);
      await also(transaction);
      return true;
    });
  }
}
