import { Prisma } from '@spyhop/prisma/client';
import type { PipelinedTransaction } from '@spyhop/prisma/pipelined';
import type { Fold } from '../rules/folding/fold';
import { Folder, type Placement, REMEMBERED } from '../rules/folding/folder';
import { asListed, isHead } from '../rules/folding/listed';
import { UNSAID, isWithdrawn } from '../rules/status';
import { WITHDRAWN_BAND, usdBand } from '../rules/usd-band';
import { type WhaleTransaction, idOf } from '../rules/whale';
import { OWNERS_TOLD_ANEW, termsOfHead } from './party-owners';
import { COLUMNS, type Row, transactionOf } from './rows';

/** What folding makes of transactions that are to be stored. */
export interface Placed {
  /** They, with their folds. */
  transactions: WhaleTransaction[];
  /** What is stored already and changes: it has joined a fold now, or is the head of one that has changed. */
  earlier: Placement[];
  /** New and changed ones. */
  folds: Fold[];
  /** Those of which a member was taken back: the others stand for themselves again. */
  released: Fold[];
}

/**
 * Folds of what is stored. What is remembered here is nothing but the newest transactions as the database has them:
 * what another process has stored meanwhile is read, and after `forget` everything is.
 */
export class Folds {
  private folder = new Folder();
  /** Up to which it knows what is stored; null where it knows nothing. */
  private position: number | null = null;

  /** After a database transaction that came to nothing, and where everything was deleted. */
  forget(): void {
    this.position = null;
  }

  /** Decides on transactions, of which those behind `position` are new. To be followed by `write`. */
  async place(
    sql: PipelinedTransaction,
    position: number,
    transactions: readonly WhaleTransaction[],
  ): Promise<Placed> {
    await this.catchUp(sql, position);
    const fresh = new Set<string>();
    for (const transaction of transactions) {
      const isNew = transaction.firstPosition > position;
      if (isNew) fresh.add(idOf(transaction));
      if (isWithdrawn(transaction.state)) this.folder.drop(transaction);
      else this.folder.take(transaction, isNew);
    }
    const placed = new Map(this.folder.placements().map((each) => [idOf(each), each]));
    return {
      transactions: transactions.map((each) => ({
        ...each,
        fold: placed.get(idOf(each))?.fold ?? each.fold,
      })),
      earlier: [...placed.values()].filter((each) => !fresh.has(idOf(each))),
      released: distinct(transactions.flatMap((each) => withdrawnFrom(each) ?? [])),
      folds: distinct([...placed.values()].map(({ fold }) => fold)),
    };
  }

  /** Writes what `place` has decided, once the transactions are there. Resolves to the newest position. */
  async write(
    sql: PipelinedTransaction,
    { earlier, folds, released }: Placed,
    position: number,
  ): Promise<number> {
    if (folds.length > 0) writeFolds(sql, { folds, earlier }, position);
    this.folder.touch(earlier.map(idOf));
    this.position = position + earlier.length;
    if (released.length === 0) return this.position;
    const newest = this.position + (await release(sql, released, this.position));
    // They are read again as they stand now.
    this.forget();
    return newest;
  }

  private async catchUp(sql: PipelinedTransaction, position: number): Promise<void> {
    if (this.position === position) return;
    if (this.position === null) this.folder = new Folder();
    const rows = await sql.rows<Row>(Prisma.sql`
      SELECT ${COLUMNS} FROM whales.transaction t WHERE t.position > ${this.position ?? 0}
      ORDER BY t.position DESC LIMIT ${REMEMBERED}`);
    for (const row of rows.reverse()) {
      const transaction = transactionOf(row);
      if (isWithdrawn(transaction.state)) this.folder.drop(transaction);
      else this.folder.restore(transaction);
    }
    this.position = position;
  }
}

const distinct = (folds: readonly Fold[]): Fold[] => [
  ...new Map(folds.map((fold) => [idOf(fold), fold])).values(),
];

/** The fold that can no longer count what was taken back. */
const withdrawnFrom = ({ state, fold }: WhaleTransaction): Fold | null =>
  isWithdrawn(state) ? fold : null;

/** What is stored with a transaction, and with what it moves of each asset, so that lists find it. */
export interface ListedColumns {
  fold_hash: string | null;
  is_fold: boolean;
  listed_band: number | null;
  listed_usd: string | null;
  listed_direction: string | null;
}

export function listedColumns(
  transaction: Pick<WhaleTransaction, 'chain' | 'hash' | 'legs' | 'fold' | 'state'>,
): ListedColumns {
  const listed = asListed(transaction);
  const band = isWithdrawn(transaction.state) ? WITHDRAWN_BAND : usdBand(listed?.usd ?? null);
  return {
    fold_hash: transaction.fold?.hash ?? null,
    is_fold: isHead(transaction),
    listed_band: listed && band,
    listed_usd: listed && listed.usd,
    listed_direction: listed && listed.direction,
  };
}

/**
 * Writes folds, and gives what is stored earlier its place in them and the next positions, so that whoever follows
 * along hears of it again.
 */
function writeFolds(
  sql: PipelinedTransaction,
  { folds, earlier }: Pick<Placed, 'folds' | 'earlier'>,
  position: number,
): void {
  const written = folds.map(({ firstTime, lastTime, ...fold }) => ({
    ...fold,
    first_time: new Date(firstTime).toISOString(),
    last_time: new Date(lastTime).toISOString(),
  }));
  const told = earlier.map((placement, index) => ({
    ...{ chain: placement.chain, hash: placement.hash, symbol: placement.fold.symbol },
    ...{ position: position + 1 + index, terms: termsOfHead(placement) },
    // Of a member of a fold nothing listed is made of its own legs.
    ...listedColumns({ ...placement, legs: [], state: UNSAID }),
  }));
  sql.send(Prisma.sql`
    WITH folds AS (
      INSERT INTO whales.fold (chain, hash, reason, symbol, members, amount, rest, usd, first_time,
        last_time, "from", "to")
      SELECT * FROM jsonb_to_recordset(${JSON.stringify(written)}::jsonb) AS given (
        chain text, hash text, reason text, symbol text, members int, amount numeric, rest numeric,
        usd numeric, first_time timestamptz, last_time timestamptz, "from" jsonb, "to" jsonb)
      ON CONFLICT (chain, hash) DO UPDATE SET reason = excluded.reason, members = excluded.members,
        amount = excluded.amount, rest = excluded.rest, usd = excluded.usd,
        first_time = excluded.first_time, last_time = excluded.last_time, "from" = excluded."from",
        "to" = excluded."to"
    ), told AS (
      SELECT * FROM jsonb_to_recordset(${JSON.stringify(told)}::jsonb) AS given (
        symbol text, chain text, hash text, position bigint, terms text[], fold_hash text,
        is_fold boolean, listed_band smallint, listed_usd numeric, listed_direction text)
    ), transactions AS (
      UPDATE whales.transaction t SET position = told.position,
        first_position = coalesce(t.first_position, t.position), fold_hash = told.fold_hash,
        listed_band = CASE WHEN t.usd_band < 0 THEN t.usd_band ELSE told.listed_band END,
        listed_usd = told.listed_usd, listed_direction = told.listed_direction
      FROM told WHERE t.chain = told.chain AND t.hash = told.hash
      RETURNING told.symbol, t.chain, t.hash, t.time, told.terms, t.listed_band, t.listed_direction
    ), ${OWNERS_TOLD_ANEW}
    UPDATE whales.asset_move m SET is_fold = told.is_fold,
      listed_band = CASE WHEN m.usd_band < 0 THEN m.usd_band ELSE told.listed_band END,
      listed_direction = told.listed_direction
    FROM told WHERE m.symbol = told.symbol AND m.chain = told.chain AND m.hash = told.hash
      AND (m.is_fold, m.listed_direction, m.listed_band) IS DISTINCT FROM
        (told.is_fold, told.listed_direction, told.listed_band)`);
}

/** Ends folds, whose members are told anew, each by itself. Resolves to how many they were. */
async function release(
  sql: PipelinedTransaction,
  folds: readonly Fold[],
  position: number,
): Promise<number> {
  const chains = folds.map(({ chain }) => chain);
  const hashes = folds.map(({ hash }) => hash);
  const released = await sql.rows(Prisma.sql`
    WITH freed AS (
      SELECT t.chain, t.hash, t.direction,
        ${position}::bigint + row_number() OVER (ORDER BY t.position) AS position
      FROM unnest(${chains}::text[], ${hashes}::text[]) AS head (chain, hash)
      JOIN whales.transaction t ON t.chain = head.chain AND t.fold_hash = head.hash
    ), moves AS (
      UPDATE whales.asset_move m SET is_fold = false, listed_band = m.usd_band,
        listed_direction = freed.direction
      FROM freed WHERE m.chain = freed.chain AND m.hash = freed.hash
    ), owners AS (
      UPDATE whales.party_owner p SET is_fold = false, listed_band = p.usd_band,
        listed_direction = freed.direction
      FROM freed WHERE p.chain = freed.chain AND p.hash = freed.hash AND p.usd_band IS NOT NULL
    ), others AS (
      DELETE FROM whales.party_owner p USING freed
      WHERE p.chain = freed.chain AND p.hash = freed.hash AND p.usd_band IS NULL
    ), folds AS (
      DELETE FROM whales.fold f
      USING unnest(${chains}::text[], ${hashes}::text[]) AS head (chain, hash)
      WHERE f.chain = head.chain AND f.hash = head.hash
    )
    UPDATE whales.transaction t SET position = freed.position,
      first_position = coalesce(t.first_position, t.position), fold_hash = NULL,
      listed_band = t.usd_band, listed_usd = t.usd, listed_direction = t.direction
    FROM freed WHERE t.chain = freed.chain AND t.hash = freed.hash RETURNING t.position`);
  return released.length;
}
