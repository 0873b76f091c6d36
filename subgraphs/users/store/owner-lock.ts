import { SpyhopError } from '@spyhop/platform/errors';
import type { Transaction } from '@spyhop/prisma/row-owner';

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
