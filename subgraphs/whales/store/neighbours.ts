import { Prisma } from '@spyhop/prisma/client';
import type { PipelinedTransaction } from '@spyhop/prisma/pipelined';
import { type WhaleTransaction, idOf } from '../rules/whale';
import { COLUMNS, type Row, transactionOf } from './rows';

/** Before and after a transaction so long lies what it may be folded with, in ms. */
const NEAR_MS = 2 * 60 * 60_000;
/** From wallet to wallet so far; a chain is longer at most by what is folded already. */
const MOST_STEPS = 5;
const MOST = 1_000;

/** What stands near transactions by the wallets that take part and by time, itself left out; none is withdrawn. */
export async function neighboursOf(
  sql: PipelinedTransaction,
  transactions: readonly WhaleTransaction[],
): Promise<WhaleTransaction[]> {
  const known = new Set(transactions.map(idOf));
  const found: WhaleTransaction[] = [];
  let latest = transactions;
  for (let step = 0; step < MOST_STEPS && latest.length > 0 && found.length < MOST; step += 1) {
    const near = await nearTo(sql, latest);
    latest = near.filter((each) => !known.has(idOf(each)));
    for (const each of latest) known.add(idOf(each));
    found.push(...latest);
  }
  return found;
}

async function nearTo(
  sql: PipelinedTransaction,
  transactions: readonly WhaleTransaction[],
): Promise<WhaleTransaction[]> {
  const places = transactions.flatMap(({ chain, time, legs }) => {
    const parties = legs.flatMap(({ from, to }) => [...from, ...to]);
    const addresses = new Set(parties.flatMap(({ address }) => address ?? []));
    const [from, to] = [new Date(time - NEAR_MS), new Date(time + NEAR_MS)];
    return [...addresses].map((address) => ({ chain, address, from, to }));
  });
  const rows = await sql.rows<Row>(Prisma.sql`
    SELECT ${COLUMNS} FROM (
      SELECT DISTINCT m.chain, m.hash
      FROM jsonb_to_recordset(${JSON.stringify(places)}::jsonb) AS place (
        chain text, address text, "from" timestamptz, "to" timestamptz)
      JOIN whales.wallet_move m ON m.chain = place.chain AND m.address = place.address
        AND m.time BETWEEN place."from" AND place."to"
      LIMIT ${MOST}
    ) AS near JOIN whales.transaction t USING (chain, hash)`);
  return rows.map(transactionOf);
}
