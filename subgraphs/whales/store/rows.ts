import { Prisma } from '@spyhop/prisma/client';
import type { PipelinedTransaction } from '@spyhop/prisma/pipelined';
import { type WhaleTransaction, idOf } from '../rules/whale';

/** Where a transaction stood in the order of storing at first; `t` is the table. */
export const FIRST_POSITION = Prisma.sql`coalesce(t.first_position, t.position)`;

/** Columns of whales.transaction as domain values are made of; `t` is the table. */
export const COLUMNS = Prisma.sql`
  t.chain, t.hash, t.position::float8 AS position, t.legs::text AS legs, t.sources,
  (extract(epoch FROM t.time) * 1000)::float8 AS time,
  ${FIRST_POSITION}::float8 AS "firstPosition", t.status,
  (extract(epoch FROM t.status_at) * 1000)::float8 AS "statusAt", t.confirmations,
  t.replaced_by AS "replacedBy",
  (SELECT json_build_object('chain', f.chain, 'hash', f.hash, 'reason', f.reason, 'symbol', f.symbol,
    'members', f.members, 'amount', f.amount::text, 'rest', f.rest::text, 'usd', f.usd::text,
    'firstTime', extract(epoch FROM f.first_time) * 1000,
    'lastTime', extract(epoch FROM f.last_time) * 1000, 'from', f."from", 'to', f."to")
  FROM whales.fold f WHERE f.chain = t.chain AND f.hash = t.fold_hash)::text AS fold`;

/** What the columns hold; legs are as this domain has written them. */
export interface Row
  extends Omit<WhaleTransaction, 'legs' | 'fold' | 'state'>, Omit<WhaleTransaction['state'], 'at'> {
  legs: string;
  fold: string | null;
  statusAt: number;
}

export const transactionOf = ({
  legs,
  fold,
  status,
  statusAt: at,
  confirmations,
  replacedBy,
  ...row
}: Row): WhaleTransaction => ({
  ...row,
  legs: JSON.parse(legs) as WhaleTransaction['legs'],
  fold: fold === null ? null : (JSON.parse(fold) as WhaleTransaction['fold']),
  state: { status, at, confirmations, replacedBy },
});

/** Those of them that are stored, by id. */
export async function findAll(
  sql: PipelinedTransaction,
  wanted: readonly { chain: string; hash: string }[],
): Promise<Map<string, WhaleTransaction>> {
  if (wanted.length === 0) return new Map();
  const chains = wanted.map(({ chain }) => chain);
  const hashes = wanted.map(({ hash }) => hash);
  const rows = await sql.rows<Row>(Prisma.sql`
    SELECT ${COLUMNS} FROM whales.transaction t
    WHERE (t.chain, t.hash) IN (SELECT * FROM unnest(${chains}::text[], ${hashes}::text[]))`);
  return new Map(rows.map((row) => [idOf(row), transactionOf(row)]));
}
