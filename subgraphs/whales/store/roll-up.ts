import type { Prisma } from '@spyhop/prisma/client';
import { addedActivity } from './activity-roll-up';
import { type Change, countedOf, movedOtherwise } from './counted';
import { addedFlows } from './flow-roll-up';
import { addedToWallets } from './wallet-roll-up';

/**
 * What adds to assets, flows and wallets what changes make of them, as parts of the statement that stores the changes. What
 * a transaction counted for before is taken out, so that none counts twice however often it changes.
 */
export function rolledUp(changes: readonly Change[]): Prisma.Sql[] {
  if (changes.length === 0) return [];
  const moved = countedOf(movedOtherwise(changes));
  const activity = addedActivity(countedOf(changes));
  return moved.length === 0
    ? [activity]
    : [activity, ...addedFlows(moved), ...addedToWallets(moved)];
}
