import { Prisma } from '@spyhop/prisma/client';
import type { PipelinedTransaction } from '@spyhop/prisma/pipelined';
import type { Fold } from '../rules/folding/fold';
import { Folder, type Placement, REMEMBERED } from '../rules/folding/folder';
import { asListed, isHead } from '../rules/folding/listed';
import { UNSAID, isWithdrawn } from '../rules/status';
import { WITHDRAWN_BAND, usdBand } from '../rules/usd-band';
import { type WhaleTransaction, idOf } from '../rules/whale';
import { ACTIVITY_TOLD_ANEW } from './activity-roll-up';
import { OWNERS_TOLD_ANEW, termsOfHead } from './party-owners';
import { COLUMNS, FIRST_POSITION, type Row, transactionOf } from './rows';

/** What folding makes of transactions that are to be stored. */
export interface Placed {
  /** They, with their folds. */
  transactions: WhaleTransaction[];
  /** What is stored already and changes: it has joined a fold now, or is the head of one that has changed. */
  earlier: Placement[];
  /** New and changed ones. */
  folds: Fold[];
}

/** Up to which place, and after how many changes of labels, what is stored is known. */
export interface Remembered {
  position: number;
  relabelled: number;
}

/**
 * Folds of what is stored. What is remembered here is nothing but the newest transactions as the database has them:
 * what another process has stored meanwhile is read, and after `forget` everything is.
 */
export class Folds {
  private folder = new Folder();
  /** Null where it knows nothing. */
  private known: Remembered | null = null;

  /** After a database transaction that came to nothing, and where everything was deleted. */
  forget(): void {
    this.known = null;
  }

  /**
   * Decides on transactions, of which those behind the last position so far are the newest. To be followed by `write`.
   */
  async place(
    sql: PipelinedTransaction,
    stored: Remembered,
    transactions: readonly WhaleTransaction[],
  ): Promise<Placed> {
    await this.catchUp(sql, stored);
    const { position } = stored;
    const inOrder = [...transactions].sort((one, other) => one.firstPosition - other.firstPosition);
    const isNewest = (each: WhaleTransaction): boolean => each.position > position;
    for (const each of inOrder) {
      if (isNewest(each) || isWithdrawn(each.state)) this.folder.drop(each);
    }
    for (const each of inOrder) {
      if (!isWithdrawn(each.state)) this.folder.take(each, isNewest(each));
    }
    const fresh = new Set(inOrder.filter((each) => each.firstPosition > position).map(idOf));
    const placed = new Map(this.folder.placements().map((each) => [idOf(each), each]));
    return {
      transactions: transactions.map((each) => ({
        ...each,
        fold: placed.get(idOf(each))?.fold ?? each.fold,
      })),
      earlier: [...placed.values()].filter((each) => !fresh.has(idOf(each))),
      folds: distinct([...placed.values()].map(({ fold }) => fold)),
    };
  }

  /** Writes what `place` has decided, once the transactions are there; what was earlier is behind `position` then. */
  write(sql: PipelinedTransaction, { earlier, folds }: Placed, position: number): void {
    if (folds.length > 0) writeFolds(sql, { folds, earlier }, position);
    this.folder.touch(earlier.map(idOf));
    if (this.known !== null) this.known.position = position + earlier.length;
  }

  private async catchUp(
    sql: PipelinedTransaction,
    { position, relabelled }: Remembered,
  ): Promise<void> {
    if (this.known?.relabelled !== relabelled) this.known = null;
    if (this.known?.position === position) return;
    if (this.known === null) this.folder = new Folder();
    const rows = await sql.rows<Row>(Prisma.sql`
      SELECT ${COLUMNS} FROM whales.transaction t WHERE t.position > ${this.known?.position ?? 0}
      ORDER BY t.position DESC LIMIT ${REMEMBERED}`);
    for (const row of rows.reverse()) {
      const transaction = transactionOf(row);
      if (isWithdrawn(transaction.state)) this.folder.drop(transaction);
      else this.folder.restore(transaction);
    }
    this.known = { position, relabelled };
  }
}

export const distinct = (folds: readonly Fold[]): Fold[] => [
  ...new Map(folds.map((fold) => [idOf(fold), fold])).values(),
];

/** All of these folds, in the order in which they were first stored. */
export async function membersOf(
  sql: PipelinedTransaction,
  folds: readonly Fold[],
): Promise<WhaleTransaction[]> {
  const chains = folds.map(({ chain }) => chain);
  const hashes = folds.map(({ hash }) => hash);
  const rows = await sql.rows<Row>(Prisma.sql`
    SELECT ${COLUMNS} FROM unnest(${chains}::text[], ${hashes}::text[]) AS head (chain, hash)
    JOIN whales.transaction t ON t.chain = head.chain AND t.fold_hash = head.hash
    ORDER BY ${FIRST_POSITION}`);
  return rows.map(transactionOf);
}

/** To be sent before folds are written that may have the same heads. */
export function removeFolds(sql: PipelinedTransaction, folds: readonly Fold[]): void {
  if (folds.length === 0) return;
  const chains = folds.map(({ chain }) => chain);
  const hashes = folds.map(({ hash }) => hash);
  sql.send(Prisma.sql`
    DELETE FROM whales.fold WHERE (chain, hash) IN (
      SELECT * FROM unnest(${chains}::text[], ${hashes}::text[]))`);
}

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
export function writeFolds(
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
    ), ${OWNERS_TOLD_ANEW}, ${ACTIVITY_TOLD_ANEW}
    UPDATE whales.asset_move m SET is_fold = told.is_fold,
      listed_band = CASE WHEN m.usd_band < 0 THEN m.usd_band ELSE told.listed_band END,
      listed_direction = told.listed_direction
    FROM told WHERE m.symbol = told.symbol AND m.chain = told.chain AND m.hash = told.hash
      AND (m.is_fold, m.listed_direction, m.listed_band) IS DISTINCT FROM
        (told.is_fold, told.listed_direction, told.listed_band)`);
}
