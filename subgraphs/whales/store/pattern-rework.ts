import { Prisma, type PrismaClient } from '@spyhop/prisma/client';
import type { PipelinedTransaction } from '@spyhop/prisma/pipelined';
import { findPatterns } from '../rules/patterns/find';
import { isWithdrawn } from '../rules/status';
import type { WhaleTransaction } from '../rules/whale';
import { writeHistories, writePatterns } from './found-patterns';
import { readEvidence } from './pattern-evidence';
import { type PatternProgress, takePatternTurn } from './pattern-progress';
import { STANDS } from './patterns';
import { COLUMNS, FIRST_POSITION, type Row, transactionOf } from './rows';

type Transaction = Prisma.TransactionClient;

/** Transactions of any asset that are passed in one step. */
const PAGE = 250;

/** Has patterns of these assets found anew, soon: transactions of theirs have other owners. */
export function awaitPatterns(sql: PipelinedTransaction, symbols: readonly string[]): void {
  sql.send(Prisma.sql`
    INSERT INTO whales.pattern_awaiting (symbol)
    SELECT * FROM unnest(${[...new Set(symbols)].sort()}::text[]) ON CONFLICT DO NOTHING`);
}

/**
 * Finds patterns of assets anew, from the first transaction on and in the order of storing, because what is usual for
 * an asset is made of all before. What was found before stays until this has come to the end, or to it.
 */
export class PatternRework {
  constructor(private readonly prisma: PrismaClient) {}

  /**
   * Goes one step on. Resolves to false where nothing is to be found anew, labels have changed that what is stored does
   * not go by yet, or another process looks for patterns.
   */
  advance(): Promise<boolean> {
    return this.prisma.$transaction(async (sql) => {
      const progress = await takePatternTurn(sql);
      if (progress === null || (await areOwnersChanging(sql))) return false;
      if (await begin(sql, progress)) return true;
      if (progress.symbols.length === 0) return false;
      const page = await nextPage(sql, progress);
      await lookAnew(sql, progress, page.last ?? progress.passed);
      if (page.count < PAGE) await finish(sql, progress);
      else await sql.$executeRaw`UPDATE whales.pattern_progress SET passed = ${page.last}`;
      return true;
    });
  }
}

async function areOwnersChanging(sql: Transaction): Promise<boolean> {
  const rows = await sql.$queryRaw<unknown[]>`SELECT 1 FROM whales.relabelling LIMIT 1`;
  return rows.length > 0;
}

/** From the first transaction on, with those that wait and those that were being looked at; false where none wait. */
async function begin(sql: Transaction, { symbols }: PatternProgress): Promise<boolean> {
  const waiting = await sql.$queryRaw<{ symbol: string }[]>`
    DELETE FROM whales.pattern_awaiting RETURNING symbol`;
  if (waiting.length === 0) return false;
  const all = new Set([...symbols, ...waiting.map(({ symbol }) => symbol)]);
  await sql.$executeRaw`DELETE FROM whales.pattern_history_anew`;
  await sql.$executeRaw`
    UPDATE whales.pattern_progress
    SET symbols = ${[...all]}::text[], passed = 0, pass = gen_random_uuid()`;
  return true;
}

async function nextPage(
  sql: Transaction,
  { passed, position }: PatternProgress,
): Promise<{ last: number | null; count: number }> {
  const [page] = await sql.$queryRaw<{ last: number | null; count: number }[]>`
    SELECT max(place)::float8 AS last, count(*)::int AS count FROM (
      SELECT ${FIRST_POSITION} AS place FROM whales.transaction t
      WHERE ${FIRST_POSITION} > ${passed} AND ${FIRST_POSITION} <= ${position}
      ORDER BY 1 LIMIT ${PAGE}) AS page`;
  return page ?? { last: null, count: 0 };
}

/** At what was first stored behind what is passed, up to a place. */
async function lookAnew(
  sql: Transaction,
  { symbols, passed, pass }: PatternProgress,
  last: number,
): Promise<void> {
  const rows = await sql.$queryRaw<Row[]>`
    SELECT ${COLUMNS} FROM whales.transaction t
    WHERE ${FIRST_POSITION} > ${passed} AND ${FIRST_POSITION} <= ${last} AND EXISTS (
      SELECT FROM whales.asset_move m
      WHERE m.symbol = ANY (${symbols}::text[]) AND m.chain = t.chain AND m.hash = t.hash)
    ORDER BY ${FIRST_POSITION}`;
  const standing = rows
    .map(transactionOf)
    .filter(({ state }) => !isWithdrawn(state))
    .map((each) => only(symbols, each));
  const evidence = await readEvidence(sql, standing, 'pattern_history_anew');
  await writePatterns(sql, findPatterns(standing, evidence), pass);
  await writeHistories(sql, evidence.histories.news(), 'pattern_history_anew');
}

/** What it moves of these assets: rules look at each by itself. */
const only = (symbols: readonly string[], transaction: WhaleTransaction): WhaleTransaction => ({
  ...transaction,
  legs: transaction.legs.filter(({ symbol }) => symbols.includes(symbol)),
});

/** What was not found goes, but for what waits for a transaction that was taken back. */
async function finish(sql: Transaction, { symbols, pass }: PatternProgress): Promise<void> {
  const gone = Prisma.sql`
    SELECT p.id FROM whales.pattern p
    WHERE p.symbol = ANY (${symbols}::text[]) AND p.pass IS DISTINCT FROM ${pass}::uuid
      AND (${STANDS} OR NOT EXISTS (SELECT FROM whales.pattern_move m WHERE m.pattern_id = p.id))`;
  await sql.$executeRaw`
    WITH gone AS (${gone}), members AS (
      DELETE FROM whales.pattern_move m USING gone WHERE m.pattern_id = gone.id
    )
    DELETE FROM whales.pattern p USING gone WHERE p.id = gone.id`;
  await sql.$executeRaw`DELETE FROM whales.pattern_history WHERE symbol = ANY (${symbols}::text[])`;
  await sql.$executeRaw`
    WITH learned AS (DELETE FROM whales.pattern_history_anew RETURNING symbol, measure, values)
    INSERT INTO whales.pattern_history (symbol, measure, values) SELECT * FROM learned`;
  await sql.$executeRaw`UPDATE whales.pattern_progress SET symbols = '{}', pass = NULL`;
}
