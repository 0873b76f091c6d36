import type { Transaction } from '@spyhop/prisma/row-owner';
import type { WayIn } from '../rules/way-in';
import type { ApiKeyStore } from './api-keys';
import { dropIdleRecoveryCodes } from './recovery-codes';

/**
 * Takes away what lets somebody into an account and was added from then on, in a transaction that shares the lock of
 * API keys and has locked the owner. Recovery codes that came with an app go with it; others open nothing alone.
 */
export async function removeAddedSince(
  tx: Transaction,
  apiKeys: ApiKeyStore,
  userId: string,
  { since, now }: { since: number; now: number },
): Promise<WayIn[]> {
  const where = { userId, createdAt: { gte: new Date(since) } };
  const apps = await tx.totp.findMany({ where, select: { createdAt: true } });
  const passkeys = await tx.passkey.findMany({ where, select: { id: true, createdAt: true } });
  await tx.totp.deleteMany({ where });
  await tx.passkey.deleteMany({ where });
  if (apps.length > 0) await tx.recoveryCode.deleteMany({ where: { userId } });
  await dropIdleRecoveryCodes(tx, userId);
  const keys = await apiKeys.revokeSince(tx, userId, { since, now });
  return [
    ...apps.map((app) => wayIn('TOTP', { ...app, id: userId })),
    ...passkeys.map((passkey) => wayIn('PASSKEY', passkey)),
    ...keys.map((key) => wayIn('API_KEY', key)),
  ];
}

const wayIn = (kind: WayIn['kind'], { id, createdAt }: { id: string; createdAt: Date }): WayIn => ({
  kind,
  id,
  addedAt: createdAt.getTime(),
});
