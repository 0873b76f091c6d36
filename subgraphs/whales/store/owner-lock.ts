import type { Transaction } from '@spyhop/prisma/row-owner';

/** Of PostgreSQL's advisory locks, with a digest of the user's id: two users may wait for each other, and no more. */
const OWN_WALLETS = 7_120_717;

/** From here to the transaction's end nobody else changes what the user has of wallets. */
export async function lockOwner(tx: Transaction, userId: string): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(${OWN_WALLETS}::int, hashtext(${userId}))`;
}
