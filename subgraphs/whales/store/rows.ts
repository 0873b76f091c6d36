import { Prisma } from '@spyhop/prisma/client';
import type { WhaleTransaction } from '../rules/whale';

/** Columns of whales.transaction as domain values are made of; `t` is the table. */
export const COLUMNS = Prisma.sql`
  t.chain, t.hash, t.position::float8 AS position, t.legs::text AS legs, t.sources,
  (extract(epoch FROM t.time) * 1000)::float8 AS time,
  coalesce(t.first_position, t.position)::float8 AS "firstPosition", t.status,
  (extract(epoch FROM t.status_at) * 1000)::float8 AS "statusAt", t.confirmations,
  t.replaced_by AS "replacedBy"`;

/** What the columns hold; legs are as this domain has written them. */
export interface Row
  extends Omit<WhaleTransaction, 'legs' | 'state'>, Omit<WhaleTransaction['state'], 'at'> {
  legs: string;
  statusAt: number;
}

export const transactionOf = ({
  legs,
  status,
  statusAt: at,
  confirmations,
  replacedBy,
  ...row
}: Row): WhaleTransaction => ({
  ...row,
  legs: JSON.parse(legs) as WhaleTransaction['legs'],
  state: { status, at, confirmations, replacedBy },
});
