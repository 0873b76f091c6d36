import type { Transaction } from '@spyhop/prisma/row-owner';

/** What else is done in the transaction of a change, before it ends: both happen, or neither does. */
export type Also = (transaction: Transaction) => Promise<void>;
