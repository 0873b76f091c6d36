import { Prisma } from '@spyhop/prisma/client';
import type { PipelinedTransaction } from '@spyhop/prisma/pipelined';
import { addressesOf } from '../rules/folding/window';
import { walletIdOf } from '../rules/wallet';
import { type WhaleTransaction, idOf } from '../rules/whale';
import { COLUMNS, type Row, transactionOf } from './rows';

/** Before and after a transaction so long lies what it may be folded with, in ms. */
const NEAR_MS = 2 * 60 * 60_000;
/** From wallet to wallet so far; a chain is longer at most by what is folded already. */
const MOST_STEPS = 5;
/** At each step: whoever stores waits for it, and of busier wallets little is folded. */
const MOST = 200;

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
  const rows = await sql.rows<Row>(Prisma.sql`
    SELECT ${COLUMNS} FROM (
      SELECT DISTINCT m.chain, m.hash
      FROM jsonb_to_recordset(${JSON.stringify(placesNear(transactions))}::jsonb) AS place (
        chain text, address text, "from" timestamptz, "to" timestamptz)
      JOIN whales.wallet_move m ON m.chain = place.chain AND m.address = place.address
        AND m.time BETWEEN place."from" AND place."to"
      LIMIT ${MOST}
    ) AS near JOIN whales.transaction t USING (chain, hash)`);
  return rows.map(transactionOf);
}

/** A wallet, and from when to when it is looked at; epoch ms. */
interface Span {
  chain: string;
  address: string;
  from: number;
  to: number;
}

/** Of each wallet what lies near any of them, none of it twice. */
function placesNear(transactions: readonly WhaleTransaction[]) {
  const spans: Span[] = [];
  const latest = new Map<string, Span>();
  for (const { chain, time, legs } of transactions.toSorted((a, b) => a.time - b.time)) {
    const [from, to] = [time - NEAR_MS, time + NEAR_MS];
    for (const address of addressesOf(legs.flatMap((leg) => [...leg.from, ...leg.to]))) {
      const id = walletIdOf({ chain, address });
      const known = latest.get(id);
      if (known !== undefined && known.to >= from) {
        known.to = to;
        continue;
      }
      const span = { chain, address, from, to };
      latest.set(id, span);
      spans.push(span);
    }
  }
  return spans.map((span) => ({ ...span, from: new Date(span.from), to: new Date(span.to) }));
}
