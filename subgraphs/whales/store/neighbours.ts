import { Prisma } from '@spyhop/prisma/client';
import type { PipelinedTransaction } from '@spyhop/prisma/pipelined';
import { MOST_PER_KEY, addressesOf } from '../rules/folding/window';
import { type WhaleTransaction, idOf } from '../rules/whale';
import { COLUMNS, type Row, transactionOf } from './rows';

/** Before and after a transaction so long lies what it may be folded with, in ms. */
const NEAR_MS = 2 * 60 * 60_000;
/** From wallet to wallet so far; a chain is longer at most by what is folded already. */
const MOST_STEPS = 5;
/** At each step: whoever stores waits for it. */
const MOST = 500;

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

/**
 * Of each wallet the nearest in time on both sides, as many as folding looks at; where they are too many, those that
 * are nearest to any, so that a busy wallet takes no place from the others.
 */
async function nearTo(
  sql: PipelinedTransaction,
  transactions: readonly WhaleTransaction[],
): Promise<WhaleTransaction[]> {
  const ofWallet = Prisma.sql`
    FROM whales.wallet_move w
    WHERE w.chain = place.chain AND w.address = place.address AND w.symbol = place.symbol`;
  const rows = await sql.rows<Row>(Prisma.sql`
    SELECT ${COLUMNS} FROM (
      SELECT m.chain, m.hash
      FROM jsonb_to_recordset(${JSON.stringify(placesOf(transactions))}::jsonb) AS place (
        chain text, address text, symbol text, at timestamptz, "from" timestamptz, "to" timestamptz)
      CROSS JOIN LATERAL (
        SELECT *, row_number() OVER (ORDER BY greatest(time - place.at, place.at - time), hash) AS rank
        FROM (
          (SELECT w.chain, w.hash, w.time ${ofWallet} AND w.time BETWEEN place."from" AND place.at
            ORDER BY w.time DESC, w.hash DESC LIMIT ${MOST_PER_KEY})
          UNION ALL
          (SELECT w.chain, w.hash, w.time ${ofWallet} AND w.time > place.at AND w.time <= place."to"
            ORDER BY w.time, w.hash LIMIT ${MOST_PER_KEY})
        ) AS each
      ) AS m
      GROUP BY m.chain, m.hash ORDER BY min(m.rank), m.hash LIMIT ${MOST}
    ) AS near JOIN whales.transaction t USING (chain, hash)`);
  return rows.map(transactionOf);
}

/** A wallet, what it moves, and around when. */
function placesOf(transactions: readonly WhaleTransaction[]) {
  return transactions.flatMap(({ chain, time, legs }) =>
    legs.flatMap(({ symbol, from, to }) =>
      addressesOf([...from, ...to]).map((address) => ({
        ...{ chain, address, symbol },
        at: new Date(time),
        from: new Date(time - NEAR_MS),
        to: new Date(time + NEAR_MS),
      })),
    ),
  );
}
