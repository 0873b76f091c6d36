import { SpyhopError } from '@spyhop/platform/errors';
import type { Transaction } from '@spyhop/prisma/row-owner';
import { type InSession, sessionEnded } from '../rules/session';

/**
 * From here to the transaction's end nobody else changes what the user owns; the roles that the user has.
 * Throws UNAUTHENTICATED for an account that is gone.
 */
export async function lockOwner(tx: Transaction, userId: string): Promise<string[]> {
  const [owner] = await tx.$queryRaw<{ roles: string[] }[]>`
    SELECT roles FROM users."user" WHERE id = ${userId}::uuid FOR UPDATE`;
  if (owner) return owner.roles;
  throw new SpyhopError('UNAUTHENTICATED', 'There is no such account any more.');
}

/**
 * `lockOwner` for what guards an account: whoever sets a new password, or locks the account, ends its sessions while
 * they hold it, so that a change which has waited for them is refused. Throws SESSION_ENDED.
 */
export async function lockOwnerInSession(
  tx: Transaction,
  { userId, sessionId }: InSession,
): Promise<string[]> {
  const roles = await lockOwner(tx, userId);
  // By a statement of its own, which sees what they have done.
  const goesOn = await tx.session.count({ where: { id: sessionId, userId, endedAt: null } });
  if (goesOn === 0) throw sessionEnded();
  return roles;
}

/**
 * From here to the transaction's end nobody sets another password. False where that was done since it was set then,
 * epoch ms, or the account is gone; null is whenever it was set.
 */
export async function holdPassword(
  tx: Transaction,
  userId: string,
  passwordAt: number | null,
): Promise<boolean> {
  const [owner] = await tx.$queryRaw<{ passwordAt: Date }[]>`
    SELECT password_at AS "passwordAt" FROM users."user" WHERE id = ${userId}::uuid FOR UPDATE`;
  return (
    owner !== undefined && (passwordAt ?? owner.passwordAt.getTime()) === owner.passwordAt.getTime()
  );
}
