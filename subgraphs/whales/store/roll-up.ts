import { Prisma } from '@spyhop/prisma/client';
import type { PipelinedTransaction } from '@spyhop/prisma/pipelined';
import { addedActivity } from './activity-roll-up';
import type { Change, Counted } from './counted';
import { addedFlows, clearFlows } from './flow-roll-up';
import { clearPatterns } from './pattern-search';
import { addedToWallets, clearWallets } from './wallet-roll-up';

/**
 * What adds to assets, flows and wallets what changes make of them, as parts of the statement that stores the changes. What
 * a transaction counted for before is taken out, so that none counts twice however often it changes.
 */
export function rolledUp(changes: readonly Change[]): Prisma.Sql[] {
  const counted = changes.flatMap(({ before, after }): Counted[] => [
    ...(before ? [{ transaction: before, sign: -1 as const }] : []),
    ...(after ? [{ transaction: after, sign: 1 as const }] : []),
  ]);
  if (counted.length === 0) return [];
  return [addedActivity(counted), ...addedFlows(counted), ...addedToWallets(counted)];
}

/** Forgets all, with the transactions that it was made from. */
export function clearRollUps(sql: PipelinedTransaction): void {
  clearPatterns(sql);
  clearFlows(sql);
  sql.send(Prisma.sql`DELETE FROM whales.asset_activity`);
  clearWallets(sql);
}
