import { Prisma } from '@spyhop/prisma/client';
import type { PipelinedTransaction } from '@spyhop/prisma/pipelined';
import { dealingsOf, walletMovesOf } from '../rules/wallet-moves';
import { type Change, type Counted, headOf, movedOtherwise } from './counted';

/** Parts of the statement that stores them; rows of one text are for all three tables that are made of moves. */
export const addedToWallets = (counted: readonly Counted[]): Prisma.Sql[] => [
  Prisma.sql`wallet_moved AS (
    SELECT * FROM jsonb_to_recordset(${JSON.stringify(counted.flatMap(movesOf))}::jsonb) AS given (
      chain text, address text, time timestamptz, hash text, symbol text, received numeric,
      sent numeric, received_usd numeric, sent_usd numeric, sign int)
  )`,
  ADDED_MOVES,
  ADDED_ASSETS,
  ADDED_ACTIVITY,
  addedDealings(counted),
];

/** Has no moves left of what counted before; those that count now are added after that. */
export function removeWalletMoves(sql: PipelinedTransaction, changes: readonly Change[]): void {
  const rows = movedOtherwise(changes).flatMap(({ before }) =>
    before ? movesOf({ transaction: before, sign: -1 }) : [],
  );
  if (rows.length === 0) return;
  sql.send(Prisma.sql`
    DELETE FROM whales.wallet_move AS known
    USING jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS given (
      chain text, address text, time timestamptz, hash text, symbol text)
    WHERE (known.chain, known.address, known.time, known.hash, known.symbol)
      = (given.chain, given.address, given.time, given.hash, given.symbol)`);
}

/** To be sent once changes are added: of whom a label has said who it is, and none does any more, nobody says so. */
export function forgetOwnersOfDealings(
  sql: PipelinedTransaction,
  changes: readonly Change[],
): void {
  const rows = movedOtherwise(changes).flatMap(({ before, after }) => {
    const former = new Map(
      dealingsOf(before?.legs ?? []).map(({ other }) => [other.address, other]),
    );
    return dealingsOf(after?.legs ?? []).flatMap(({ address, other }) => {
      const { owner, ownerKind } = former.get(other.address) ?? other;
      if (other.ownerKind !== 'UNKNOWN' || ownerKind === 'UNKNOWN') return [];
      return [{ chain: after?.chain, address, other: other.address, owner, owner_kind: ownerKind }];
    });
  });
  if (rows.length === 0) return;
  sql.send(Prisma.sql`
    UPDATE whales.wallet_counterparty AS known SET owner = NULL, owner_kind = 'UNKNOWN'
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS given (
      chain text, address text, other text, owner text, owner_kind text)
    WHERE (known.chain, known.address, known.other) = (given.chain, given.address, given.other)
      AND known.owner IS NOT DISTINCT FROM given.owner AND known.owner_kind = given.owner_kind`);
}

const movesOf = (counted: Counted) =>
  walletMovesOf(counted.transaction.legs).map(({ receivedUsd, sentUsd, ...move }) => ({
    ...{ ...headOf(counted), ...move, received_usd: receivedUsd, sent_usd: sentUsd },
  }));

const ADDED_MOVES = Prisma.sql`wallet_moves AS (
    INSERT INTO whales.wallet_move
      (chain, address, time, hash, symbol, received, sent, received_usd, sent_usd)
    SELECT chain, address, time, hash, symbol, received, sent, received_usd, sent_usd
    FROM wallet_moved WHERE sign = 1
  )`;

const ADDED_ASSETS = Prisma.sql`wallet_assets AS (
    INSERT INTO whales.wallet_asset AS known
      (chain, address, symbol, received, sent, received_usd, sent_usd, shared, moves)
    SELECT chain, address, symbol, coalesce(sum(sign * received), 0),
      coalesce(sum(sign * sent), 0), coalesce(sum(sign * received_usd), 0),
      coalesce(sum(sign * sent_usd), 0),
      coalesce(sum(sign) FILTER (WHERE received IS NULL AND sent IS NULL), 0), sum(sign)
    FROM wallet_moved
    GROUP BY chain, address, symbol
    ON CONFLICT (chain, address, symbol) DO UPDATE SET
      received = known.received + excluded.received, sent = known.sent + excluded.sent,
      received_usd = known.received_usd + excluded.received_usd,
      sent_usd = known.sent_usd + excluded.sent_usd,
      shared = known.shared + excluded.shared, moves = known.moves + excluded.moves
  )`;

const ADDED_ACTIVITY = Prisma.sql`wallet_activities AS (
    INSERT INTO whales.wallet_activity AS known (chain, address, weekday, hour, transactions)
    SELECT chain, address, extract(isodow FROM time AT TIME ZONE 'UTC'),
      extract(hour FROM time AT TIME ZONE 'UTC'), sum(sign)
    FROM (SELECT DISTINCT chain, address, hash, time, sign FROM wallet_moved) AS taken
    GROUP BY 1, 2, 3, 4
    ON CONFLICT (chain, address, weekday, hour) DO UPDATE SET
      transactions = known.transactions + excluded.transactions
  )`;

function addedDealings(counted: readonly Counted[]): Prisma.Sql {
  const rows = counted.flatMap((each) =>
    dealingsOf(each.transaction.legs).map(({ address, other, receivedUsd, sentUsd }) => ({
      ...{ ...headOf(each), address, other: other.address, owner: other.owner },
      ...{ owner_kind: other.ownerKind, received_usd: receivedUsd, sent_usd: sentUsd },
    })),
  );
  // Who is said to own it is as the newest one says that says anything.
  return Prisma.sql`wallet_counterparties AS (
    INSERT INTO whales.wallet_counterparty AS known
      (chain, address, other, owner, owner_kind, transactions, received_usd, sent_usd, usd)
    SELECT chain, address, other,
      (array_agg(owner ORDER BY owner_kind = 'UNKNOWN', sign DESC, time DESC))[1],
      (array_agg(owner_kind ORDER BY owner_kind = 'UNKNOWN', sign DESC, time DESC))[1],
      count(DISTINCT hash) FILTER (WHERE sign = 1) - count(DISTINCT hash) FILTER (WHERE sign = -1),
      sum(sign * received_usd), sum(sign * sent_usd), sum(sign * (received_usd + sent_usd))
    FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS given (
      chain text, hash text, time timestamptz, sign int, address text, other text, owner text,
      owner_kind text, received_usd numeric, sent_usd numeric)
    GROUP BY chain, address, other
    ON CONFLICT (chain, address, other) DO UPDATE SET
      owner = CASE excluded.owner_kind WHEN 'UNKNOWN' THEN known.owner ELSE excluded.owner END,
      owner_kind = CASE excluded.owner_kind WHEN 'UNKNOWN' THEN known.owner_kind
        ELSE excluded.owner_kind END,
      transactions = known.transactions + excluded.transactions,
      received_usd = known.received_usd + excluded.received_usd,
      sent_usd = known.sent_usd + excluded.sent_usd, usd = known.usd + excluded.usd
  )`;
}
