import { Prisma } from '@spyhop/prisma/client';
import type { PipelinedDatabase, PipelinedTransaction } from '@spyhop/prisma/pipelined';
import type { Place } from '../rules/cursor';
import { EVERY_BAND, WITHDRAWN_BAND } from '../rules/usd-band';
import type { WhaleTransaction } from '../rules/whale';
import { distinct, membersOf, removeFolds } from './folds';
import { takeTurn } from './journal';
import { findAll } from './rows';
import { removeWalletMoves } from './wallet-roll-up';

/** Transactions, and folds, that are forgotten in one turn: whoever stores waits for it. */
const MOST = 100;

/**
 * Forgets transactions for their age, the oldest first, with what finds them; what was added up from them stays. Events
 * are forgotten as a whole, and what was imported is kept, as all is that was recorded and is played again.
 */
export class Retention {
  constructor(private readonly database: Pick<PipelinedDatabase, 'transaction'>) {}

  /**
   * Forgets some of what moved before a time (epoch ms), behind a place. Resolves to the place of the last of them; null
   * where there is none left.
   */
  async forget(before: number, after: Place | null): Promise<Place | null> {
    const places = await this.database.transaction((sql) =>
      sql.rows<Place>(oldestSql(before, after)),
    );
    const last = places.at(-1);
    if (last === undefined) return null;
    await this.database.transaction(async (sql) => {
      const { kind } = await takeTurn(sql);
      if (kind !== 'REPLAY') await forgetAll(sql, places, before);
    });
    return last;
  }
}

const oldestSql = (before: number, after: Place | null): Prisma.Sql => Prisma.sql`
  SELECT (extract(epoch FROM old.time) * 1000)::float8 AS time, old.chain, old.hash
  FROM unnest(${[...EVERY_BAND, WITHDRAWN_BAND]}::int[]) AS band CROSS JOIN LATERAL (
    SELECT t.time, t.chain, t.hash FROM whales.transaction t
    WHERE t.usd_band = band AND t.time < ${new Date(before)}::timestamptz
      AND coalesce(t.fold_hash, t.hash) = t.hash AND NOT ${isImported('t')}
      ${after ? Prisma.sql`AND (t.time, t.chain, t.hash) > (${new Date(after.time)}::timestamptz, ${after.chain}, ${after.hash})` : Prisma.empty}
    ORDER BY t.time, t.chain, t.hash LIMIT ${MOST}
  ) AS old
  ORDER BY old.time, old.chain, old.hash LIMIT ${MOST}`;

function isImported(table: string): Prisma.Sql {
  return Prisma.sql`EXISTS (
    SELECT FROM unnest(${Prisma.raw(table)}.sources) AS source WHERE source LIKE 'import:%')`;
}

const wasImported = ({ sources }: WhaleTransaction): boolean =>
  sources.some((source) => source.startsWith('import:'));

async function forgetAll(
  sql: PipelinedTransaction,
  places: readonly Place[],
  before: number,
): Promise<void> {
  const stored = [...(await findAll(sql, places)).values()];
  const folds = distinct(stored.flatMap(({ fold }) => fold ?? []));
  const members = folds.length === 0 ? [] : await membersOf(sql, folds);
  const isKept = (each: WhaleTransaction): boolean => each.time >= before || wasImported(each);
  const keptFolds = new Set(members.filter(isKept).map(({ fold }) => fold?.hash));
  const gone = [...stored.filter(({ fold }) => fold === null), ...members].filter(
    (each) => !isKept(each) && !(each.fold && keptFolds.has(each.fold.hash)),
  );
  if (gone.length === 0) return;
  removeWalletMoves(
    sql,
    gone.map((each) => ({ before: each, after: null })),
  );
  removeFolds(
    sql,
    folds.filter(({ hash }) => !keptFolds.has(hash)),
  );
  await removeFromPatterns(sql, gone);
  removeRows(sql, gone);
}

/** A pattern goes with the last of its transactions. */
async function removeFromPatterns(
  sql: PipelinedTransaction,
  gone: readonly WhaleTransaction[],
): Promise<void> {
  // Waits for whoever looks for patterns.
  sql.send(Prisma.sql`SELECT position FROM whales.pattern_progress FOR UPDATE`);
  const left = await sql.rows<{ pattern: string }>(Prisma.sql`
    DELETE FROM whales.pattern_move WHERE (chain, hash) IN (${keysOf(gone)})
    RETURNING pattern_id AS pattern`);
  if (left.length === 0) return;
  sql.send(Prisma.sql`
    DELETE FROM whales.pattern p
    WHERE p.id = ANY (${[...new Set(left.map(({ pattern }) => pattern))]}::text[])
      AND NOT EXISTS (SELECT FROM whales.pattern_move m WHERE m.pattern_id = p.id)`);
}

function removeRows(sql: PipelinedTransaction, gone: readonly WhaleTransaction[]): void {
  const moves = gone.flatMap(({ chain, hash, legs }) =>
    legs.map(({ symbol }) => ({ symbol, chain, hash })),
  );
  sql.send(Prisma.sql`
    DELETE FROM whales.asset_move WHERE (symbol, chain, hash) IN (
      SELECT * FROM jsonb_to_recordset(${JSON.stringify(moves)}::jsonb) AS given (
        symbol text, chain text, hash text))`);
  sql.send(Prisma.sql`DELETE FROM whales.party_owner WHERE (chain, hash) IN (${keysOf(gone)})`);
  sql.send(Prisma.sql`DELETE FROM whales.transaction WHERE (chain, hash) IN (${keysOf(gone)})`);
  const times = gone.map(({ time }) => time);
  sql.send(Prisma.sql`
    UPDATE whales.journal SET
      forgotten_from = least(forgotten_from, ${new Date(Math.min(...times))}::timestamptz),
      forgotten_to = greatest(forgotten_to, ${new Date(Math.max(...times))}::timestamptz)`);
}

const keysOf = (transactions: readonly WhaleTransaction[]): Prisma.Sql => Prisma.sql`
  SELECT * FROM unnest(${transactions.map(({ chain }) => chain)}::text[],
    ${transactions.map(({ hash }) => hash)}::text[])`;
