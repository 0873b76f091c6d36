import type { Transaction } from '@spyhop/prisma/row-owner';

/**
 * Numbers of PostgreSQL's advisory locks, here side by side because two of the same number would wait for each other.
 * A transaction takes these before it locks rows.
 */
const LOCKS = {
  /** One process makes or retires signing keys. */
  'signing keys': 7_120_714,
  /** One process gives entries their place in the audit log. */
  'audit log': 7_120_715,
  /**
   * Whoever changes keys shares it, whoever fills the index from the database has it alone, so that nothing old gets
   * into the index.
   */
  'API keys': 7_120_716,
} as const;

type LockName = keyof typeof LOCKS;

/** Waits until the lock is this transaction's alone, until it ends. */
export async function holdLock(tx: Transaction, name: LockName): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(${LOCKS[name]})`;
}

/** Waits until nobody has the lock alone; others may share it until this transaction ends. */
export async function shareLock(tx: Transaction, name: LockName): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock_shared(${LOCKS[name]})`;
}

/** False, at once, where somebody else has the lock. */
export async function tryLock(tx: Transaction, name: LockName): Promise<boolean> {
  const [row] = await tx.$queryRaw<{ locked: boolean }[]>`
    SELECT pg_try_advisory_xact_lock(${LOCKS[name]}) AS locked`;
  return row?.locked ?? false;
}
