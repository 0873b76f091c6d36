import type { Prisma } from '@spyhop/prisma/client';
import { dealingsOf, walletMovesOf } from '../rules/wallet-moves';
import { type Counted, headOf } from './counted';

type Transaction = Prisma.TransactionClient;

export async function rollUpWallets(sql: Transaction, counted: readonly Counted[]): Promise<void> {
  await writeMoves(sql, counted);
  await addDealings(sql, counted);
}

export async function clearWallets(sql: Transaction): Promise<void> {
  await sql.$executeRaw`DELETE FROM whales.wallet_move`;
  await sql.$executeRaw`DELETE FROM whales.wallet_asset`;
  await sql.$executeRaw`DELETE FROM whales.wallet_activity`;
  await sql.$executeRaw`DELETE FROM whales.wallet_counterparty`;
}

/** Rows of one text, for all three tables that are made of moves. */
async function writeMoves(sql: Transaction, counted: readonly Counted[]): Promise<void> {
  const rows = counted.flatMap((each) =>
    walletMovesOf(each.transaction.legs).map(({ receivedUsd, sentUsd, ...move }) => ({
      ...{ ...headOf(each), ...move, received_usd: receivedUsd, sent_usd: sentUsd },
    })),
  );
  if (rows.length === 0) return;
  const given = JSON.stringify(rows);
  if (rows.some(({ sign }) => sign === -1)) {
    await sql.$executeRaw`
      DELETE FROM whales.wallet_move AS known
      USING jsonb_to_recordset(${given}::jsonb) AS given (
        chain text, address text, time timestamptz, hash text, symbol text, sign int)
      WHERE sign = -1 AND (known.chain, known.address, known.time, known.hash, known.symbol)
        = (given.chain, given.address, given.time, given.hash, given.symbol)`;
  }
  await sql.$executeRaw`
    INSERT INTO whales.wallet_move
      (chain, address, time, hash, symbol, received, sent, received_usd, sent_usd)
    SELECT chain, address, time, hash, symbol, received, sent, received_usd, sent_usd
    FROM jsonb_to_recordset(${given}::jsonb) AS given (
      chain text, address text, time timestamptz, hash text, symbol text, received numeric,
      sent numeric, received_usd numeric, sent_usd numeric, sign int)
    WHERE sign = 1`;
  await addAssets(sql, given);
  await addActivity(sql, given);
}

async function addAssets(sql: Transaction, given: string): Promise<void> {
  await sql.$executeRaw`
    INSERT INTO whales.wallet_asset AS known
      (chain, address, symbol, received, sent, received_usd, sent_usd, shared, moves)
    SELECT chain, address, symbol, coalesce(sum(sign * received), 0),
      coalesce(sum(sign * sent), 0), coalesce(sum(sign * received_usd), 0),
      coalesce(sum(sign * sent_usd), 0),
      coalesce(sum(sign) FILTER (WHERE received IS NULL AND sent IS NULL), 0), sum(sign)
    FROM jsonb_to_recordset(${given}::jsonb) AS given (
      chain text, address text, symbol text, received numeric, sent numeric,
      received_usd numeric, sent_usd numeric, sign int)
    GROUP BY chain, address, symbol
    ON CONFLICT (chain, address, symbol) DO UPDATE SET
      received = known.received + excluded.received, sent = known.sent + excluded.sent,
      received_usd = known.received_usd + excluded.received_usd,
      sent_usd = known.sent_usd + excluded.sent_usd,
      shared = known.shared + excluded.shared, moves = known.moves + excluded.moves`;
}

async function addActivity(sql: Transaction, given: string): Promise<void> {
  await sql.$executeRaw`
    INSERT INTO whales.wallet_activity AS known (chain, address, weekday, hour, transactions)
    SELECT chain, address, extract(isodow FROM time AT TIME ZONE 'UTC'),
      extract(hour FROM time AT TIME ZONE 'UTC'), sum(sign)
    FROM (
      SELECT DISTINCT chain, address, hash, time, sign
      FROM jsonb_to_recordset(${given}::jsonb) AS given (
        chain text, address text, hash text, time timestamptz, sign int)
    ) AS taken
    GROUP BY 1, 2, 3, 4
    ON CONFLICT (chain, address, weekday, hour) DO UPDATE SET
      transactions = known.transactions + excluded.transactions`;
}

async function addDealings(sql: Transaction, counted: readonly Counted[]): Promise<void> {
  const rows = counted.flatMap((each) =>
    dealingsOf(each.transaction.legs).map(({ address, other, receivedUsd, sentUsd }) => ({
      ...{ ...headOf(each), address, other: other.address, owner: other.owner },
      ...{ owner_kind: other.ownerKind, received_usd: receivedUsd, sent_usd: sentUsd },
    })),
  );
  if (rows.length === 0) return;
  // Who is said to own it is as the newest one says that says anything.
  await sql.$executeRaw`
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
      sent_usd = known.sent_usd + excluded.sent_usd, usd = known.usd + excluded.usd`;
}
