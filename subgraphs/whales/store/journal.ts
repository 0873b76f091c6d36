import type { WhaleTransactionSeen } from '@spyhop/platform/topics';
import { Prisma, type PrismaClient } from '@spyhop/prisma/client';
import { amountText } from '../rules/amounts';
import { directionOf } from '../rules/direction';
import { Exact, sumOfKnown } from '../rules/exact';
import { mergeLegs } from '../rules/merge';
import { usdBand } from '../rules/usd-band';
import type { WhaleTransaction } from '../rules/whale';
import { COLUMNS, type Row, transactionOf } from './rows';

type Transaction = Prisma.TransactionClient;

interface Turn {
  position: number;
  kind: string | null;
  /** Epoch ms. */
  begun: number;
}

/**
 * Writes transactions, one writer at a time: whoever holds the journal's row gives out the next position, so
 * that who has read up to one has missed nothing before it.
 */
export class Journal {
  constructor(private readonly prisma: PrismaClient) {}

  /**
   * Stores what was seen; what is known already gains what this source adds. Resolves to the position of a
   * transaction that is new, or else to null.
   */
  save(seen: WhaleTransactionSeen): Promise<number | null> {
    return this.prisma.$transaction(async (sql) => {
      const turn = await takeTurn(sql);
      if (!(await isCurrent(sql, turn, seen.dataset))) return null;
      const known = await findKnown(sql, seen);
      if (known !== null) {
        await addTo(sql, known, seen);
        return null;
      }
      const position = turn.position + 1;
      const { chain, hash, time, legs, source } = seen;
      await write(sql, { chain, hash, time, legs, position, sources: [source] });
      await sql.$executeRaw`UPDATE whales.journal SET position = ${position}`;
      return position;
    });
  }
}

async function takeTurn(sql: Transaction): Promise<Turn> {
  const [turn] = await sql.$queryRaw<Turn[]>`
    SELECT position::float8 AS position, kind, (extract(epoch FROM begun) * 1000)::float8 AS begun
    FROM whales.journal FOR UPDATE`;
  if (turn === undefined) throw new Error('whales.journal has lost its row');
  return turn;
}

/** Simulated and real transactions never stand together: of two kinds the one that began later counts. */
async function isCurrent(
  sql: Transaction,
  turn: Turn,
  { kind, begun }: WhaleTransactionSeen['dataset'],
): Promise<boolean> {
  if (turn.kind === kind) return true;
  if (turn.kind !== null && begun <= turn.begun) return false;
  await sql.$executeRaw`DELETE FROM whales.asset_move`;
  await sql.$executeRaw`DELETE FROM whales.transaction`;
  await sql.$executeRaw`UPDATE whales.journal SET kind = ${kind}, begun = ${new Date(begun)}`;
  return true;
}

async function findKnown(
  sql: Transaction,
  { chain, hash }: WhaleTransactionSeen,
): Promise<WhaleTransaction | null> {
  const [row] = await sql.$queryRaw<Row[]>`
    SELECT ${COLUMNS} FROM whales.transaction t WHERE t.chain = ${chain} AND t.hash = ${hash}`;
  return row ? transactionOf(row) : null;
}

async function addTo(
  sql: Transaction,
  known: WhaleTransaction,
  { source, legs }: WhaleTransactionSeen,
): Promise<void> {
  const merged = mergeLegs(known.legs, legs);
  const isNews = JSON.stringify(merged) !== JSON.stringify(known.legs);
  if (known.sources.includes(source) && !isNews) return;
  await write(sql, {
    ...known,
    legs: merged,
    sources: [...new Set([...known.sources, source])],
  });
}

async function write(sql: Transaction, transaction: WhaleTransaction): Promise<void> {
  const { chain, hash, position, legs, sources } = transaction;
  const time = new Date(transaction.time);
  const usd = sumOfKnown(legs.map((leg) => leg.usd));
  const band = usdBand(usd);
  await sql.$executeRaw`
    INSERT INTO whales.transaction (chain, hash, position, time, usd, usd_band, legs, sources)
    VALUES (${chain}, ${hash}, ${position}, ${time}, ${usd}::numeric, ${band},
      ${JSON.stringify(legs)}::jsonb, ${sources})
    ON CONFLICT (chain, hash) DO UPDATE SET usd = excluded.usd, usd_band = excluded.usd_band,
      legs = excluded.legs, sources = excluded.sources`;
  const moves = [...new Set(legs.map(({ symbol }) => symbol))].map((symbol) => {
    const own = legs.filter((leg) => leg.symbol === symbol);
    const amount = own.reduce((sum, leg) => sum.plus(amountText(leg)), new Exact(0)).toFixed();
    const ownUsd = sumOfKnown(own.map((leg) => leg.usd));
    return Prisma.sql`(${symbol}, ${chain}, ${hash}, ${time}::timestamptz, ${band}::smallint,
      ${amount}::numeric, ${ownUsd}::numeric, ${directionOf(own)})`;
  });
  await sql.$executeRaw`
    INSERT INTO whales.asset_move (symbol, chain, hash, time, usd_band, amount, usd, direction)
    VALUES ${Prisma.join(moves)}
    ON CONFLICT (symbol, chain, hash) DO UPDATE SET usd_band = excluded.usd_band,
      amount = excluded.amount, usd = excluded.usd, direction = excluded.direction`;
}
