import { Prisma } from '@spyhop/prisma/client';
import type { WhaleTransaction } from '../rules/whale';

/** Columns of whales.transaction as domain values are made of; `t` is the table. */
export const COLUMNS = Prisma.sql`
  t.chain, t.hash, t.position::float8 AS position, t.legs::text AS legs, t.sources,
  (extract(epoch FROM t.time) * 1000)::float8 AS time`;

/** What the columns hold; legs are as this domain has written them. */
export interface Row extends Omit<WhaleTransaction, 'legs'> {
  legs: string;
}

export const transactionOf = ({ legs, ...row }: Row): WhaleTransaction => ({
  ...row,
  legs: JSON.parse(legs) as WhaleTransaction['legs'],
});
