import type { Prisma } from '@spyhop/prisma/client';
import type { WhaleTransaction } from '../rules/whale';
import type { Counted } from './counted';
import { clearFlows, rollUpFlows } from './flow-roll-up';
import { clearPatterns, rebandPatternMoves } from './pattern-search';
import { clearWallets, rollUpWallets } from './wallet-roll-up';

type Transaction = Prisma.TransactionClient;

/** What became of a transaction; null where it did not count before, or does not any more. */
export interface Change {
  before: WhaleTransaction | null;
  after: WhaleTransaction | null;
}

/**
 * Adds to flows and wallets what changes make of them, in the database transaction that has stored the changes. What
 * a transaction counted for before is taken out, so that none counts twice however often it changes.
 */
export async function rollUp(sql: Transaction, changes: readonly Change[]): Promise<void> {
  const counted = changes.flatMap(({ before, after }): Counted[] => [
    ...(before ? [{ transaction: before, sign: -1 as const }] : []),
    ...(after ? [{ transaction: after, sign: 1 as const }] : []),
  ]);
  if (counted.length === 0) return;
  await rollUpFlows(sql, counted);
  await rollUpWallets(sql, counted);
  await rebandPatternMoves(
    sql,
    changes.flatMap(({ before }) => before ?? []),
  );
}

/** Forgets all, with the transactions that it was made from. */
export async function clearRollUps(sql: Transaction): Promise<void> {
  await clearPatterns(sql);
  await clearFlows(sql);
  await clearWallets(sql);
}
