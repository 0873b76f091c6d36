import { Prisma } from '@spyhop/prisma/client';
import type { WhaleTransaction } from '../rules/whale';

/** What has become of a transaction, as columns of whales.transaction. */
export const statusColumns = ({ state, position, firstPosition }: WhaleTransaction) => ({
  status: state.status,
  status_at: new Date(state.at).toISOString(),
  confirmations: state.confirmations,
  replaced_by: state.replacedBy,
  first_position: firstPosition === position ? null : firstPosition,
});

/** Of an upsert into whales.transaction: the status, and the place that goes with it, are as they are written. */
export const statusesTakenOver = Prisma.sql`
  position = excluded.position, first_position = excluded.first_position,
  status = excluded.status, status_at = excluded.status_at,
  confirmations = excluded.confirmations, replaced_by = excluded.replaced_by`;
