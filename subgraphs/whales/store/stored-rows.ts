import { Prisma } from '@spyhop/prisma/client';
import type { PipelinedTransaction } from '@spyhop/prisma/pipelined';
import { assetMovesOf } from '../rules/asset-moves';
import { directionOf } from '../rules/direction';
import { sumOfKnown } from '../rules/exact';
import { isWithdrawn } from '../rules/status';
import { WITHDRAWN_BAND, usdBand } from '../rules/usd-band';
import type { WhaleTransaction } from '../rules/whale';
import { listedColumns } from './folds';
import { removeOtherOwners, storedOwners } from './party-owners';
import { statusColumns, statusesTakenOver } from './statuses';

/** An asset that a transaction moves. */
export interface AssetOf {
  symbol: string;
  chain: string;
  hash: string;
}

type Stored = ReturnType<typeof rowOf>;

/** Parts of the statement that stores transactions, with all that finds them. */
export function storedRows(transactions: readonly WhaleTransaction[]): Prisma.Sql[] {
  const rows = transactions.map(rowOf);
  return [storedTransactions(rows), storedMoves(rows), storedOwners(rows)];
}

/** Has nothing find transactions that were stored before by what is not true of them any more. */
export function removeFormerRows(
  sql: PipelinedTransaction,
  transactions: readonly WhaleTransaction[],
  gone: readonly AssetOf[],
): void {
  removeOtherOwners(sql, transactions.map(rowOf));
  if (gone.length === 0) return;
  sql.send(Prisma.sql`
    DELETE FROM whales.asset_move WHERE (symbol, chain, hash) IN (
      SELECT * FROM jsonb_to_recordset(${JSON.stringify(gone)}::jsonb) AS given (
        symbol text, chain text, hash text))`);
}

function rowOf(transaction: WhaleTransaction) {
  const usd = sumOfKnown(transaction.legs.map((leg) => leg.usd));
  return {
    ...transaction,
    ...{ ...statusColumns(transaction), ...listedColumns(transaction) },
    ...{ usd, usd_band: isWithdrawn(transaction.state) ? WITHDRAWN_BAND : usdBand(usd) },
    direction: directionOf(transaction.legs),
    time: new Date(transaction.time).toISOString(),
  };
}

function storedTransactions(stored: readonly Stored[]): Prisma.Sql {
  // The fold is stored once, and not with each of its members.
  const rows = stored.map((each) => ({ ...each, fold: undefined }));
  return Prisma.sql`transactions AS (
    INSERT INTO whales.transaction (chain, hash, position, time, usd, usd_band, legs, sources,
      direction, fold_hash, listed_band, listed_usd, listed_direction, status, status_at,
      confirmations, replaced_by, first_position)
    SELECT * FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS given (
      chain text, hash text, position bigint, time timestamptz, usd numeric, usd_band smallint,
      legs jsonb, sources text[], direction text, fold_hash text, listed_band smallint,
      listed_usd numeric, listed_direction text, status text, status_at timestamptz,
      confirmations int, replaced_by text, first_position bigint)
    ON CONFLICT (chain, hash) DO UPDATE SET usd = excluded.usd, usd_band = excluded.usd_band,
      legs = excluded.legs, sources = excluded.sources, direction = excluded.direction,
      fold_hash = excluded.fold_hash, listed_band = excluded.listed_band,
      listed_usd = excluded.listed_usd, listed_direction = excluded.listed_direction,
      ${statusesTakenOver}
  )`;
}

function storedMoves(stored: readonly Stored[]): Prisma.Sql {
  const rows = stored.flatMap(({ legs, chain, hash, time, ...row }) =>
    assetMovesOf(legs).map((move) => ({
      ...{ ...move, chain, hash, time, usd_band: row.usd_band },
      ...{ is_fold: row.is_fold, listed_band: row.listed_band },
      listed_direction: row.listed_direction,
    })),
  );
  return Prisma.sql`moves AS (
    INSERT INTO whales.asset_move (symbol, chain, hash, time, usd_band, amount, usd, direction,
      is_fold, listed_band, listed_direction)
    SELECT * FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS given (
      symbol text, chain text, hash text, time timestamptz, usd_band smallint, amount numeric,
      usd numeric, direction text, is_fold boolean, listed_band smallint, listed_direction text)
    ON CONFLICT (symbol, chain, hash) DO UPDATE SET usd_band = excluded.usd_band,
      amount = excluded.amount, usd = excluded.usd, direction = excluded.direction,
      is_fold = excluded.is_fold, listed_band = excluded.listed_band,
      listed_direction = excluded.listed_direction
  )`;
}
