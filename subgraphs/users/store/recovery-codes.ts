import { randomBytes } from 'node:crypto';
import type { PrismaClient } from '@spyhop/prisma/client';
import type { Transaction } from '@spyhop/prisma/row-owner';
import { CODES, CODE_BYTES, hashRecoveryCode, writeRecoveryCode } from '../rules/recovery-code';
import type { Also } from './also';

/** New codes in place of all before; only their hashes are kept. */
export async function renewRecoveryCodes(
  transaction: Transaction,
  userId: string,
): Promise<string[]> {
  const codes = Array.from({ length: CODES }, () => writeRecoveryCode(randomBytes(CODE_BYTES)));
  await transaction.recoveryCode.deleteMany({ where: { userId } });
  await transaction.recoveryCode.createMany({
    data: codes.map((code) => ({ userId, codeHash: hashOf(code) })),
  });
  return codes;
}

/** The first codes of somebody who has none; nobody else gets any. */
export async function firstRecoveryCodes(
  transaction: Transaction,
  userId: string,
): Promise<string[]> {
  const known = await transaction.recoveryCode.count({ where: { userId } });
  return known === 0 ? renewRecoveryCodes(transaction, userId) : [];
}

/** Without a second factor there is nothing that codes could take the place of. */
export async function dropIdleRecoveryCodes(
  transaction: Transaction,
  userId: string,
): Promise<void> {
  if ((await countFactors(transaction, userId)) > 0) return;
  await transaction.recoveryCode.deleteMany({ where: { userId } });
}

/** Second factors that somebody has set up. */
export async function countFactors(transaction: Transaction, userId: string): Promise<number> {
  const where = { where: { userId } };
  return (await transaction.totp.count(where)) + (await transaction.passkey.count(where));
}

/** True once for each code; then `also` happens in the same transaction. */
export const useRecoveryCode = (
  prisma: PrismaClient,
  userId: string,
  typed: string,
  also: Also,
): Promise<boolean> =>
  prisma.$transaction(async (transaction) => {
    const { count } = await transaction.recoveryCode.deleteMany({
      where: { userId, codeHash: hashOf(typed) },
    });
    if (count === 1) await also(transaction);
    return count === 1;
  });

const hashOf = (code: string): Uint8Array<ArrayBuffer> => new Uint8Array(hashRecoveryCode(code));
