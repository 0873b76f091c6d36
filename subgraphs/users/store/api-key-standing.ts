import type { Transaction } from '@spyhop/prisma/row-owner';
import type { ApiKeyIndex } from './api-key-index';
import { entryOf } from './api-key-rows';

/**
 * Brings what is said of somebody's keys up to what their owner may do by now, before the transaction ends, which shares
 * the lock of API keys.
 */
export type RefreshKeys = (tx: Transaction, userId: string) => Promise<void>;

/** Keys of an account that is locked are nobody's until it is unlocked. */
export const refreshKeysIn =
  (index: ApiKeyIndex): RefreshKeys =>
  async (tx, userId) => {
    const rows = await tx.apiKey.findMany({
      where: { userId },
      include: { user: { select: { roles: true, lockedAt: true } } },
    });
    const [locked, standing] = [true, false].map((isLocked) =>
      rows.filter(({ user }) => (user.lockedAt !== null) === isLocked),
    );
    await index.remove((locked ?? []).map(({ id }) => id));
    await index.put(new Map(standing?.map((row) => [row.id, entryOf(row, row.user.roles)])));
  };
