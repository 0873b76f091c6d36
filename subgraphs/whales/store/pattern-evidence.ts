import { Prisma } from '@spyhop/prisma/client';
import {
  type Evidence,
  type WalletAt,
  hoursOf,
  watchedIn,
  windowKey,
} from '../rules/patterns/find';
import { Histories, type History } from '../rules/patterns/histories';
import { type FlowHour, LOOK_BACK_MS } from '../rules/patterns/spikes';
import { type WalletWindow, WINDOW_MS, type WindowMove } from '../rules/patterns/wallets';
import type { WhaleTransaction } from '../rules/whale';
import type { HistoryTable } from './found-patterns';
import { ALL_EXCHANGES } from '../rules/flows';

type Transaction = Prisma.TransactionClient;

const MOST_MOVES = 100;

/** What rules ask beside transactions, in three queries however many there are. */
export async function readEvidence(
  sql: Transaction,
  transactions: readonly WhaleTransaction[],
  table: HistoryTable = 'pattern_history',
): Promise<Evidence> {
  return {
    histories: await readHistories(sql, transactions, table),
    windows: await readWindows(sql, transactions.flatMap(watchedIn)),
    hours: await readHours(sql, transactions.flatMap(hoursOf)),
  };
}

async function readHistories(
  sql: Transaction,
  transactions: readonly WhaleTransaction[],
  table: HistoryTable,
): Promise<Histories> {
  const symbols = transactions.flatMap(({ legs }) => legs.map(({ symbol }) => symbol));
  return new Histories(
    await sql.$queryRaw<History[]>`
      SELECT symbol, measure, values FROM whales.${Prisma.raw(table)}
      WHERE symbol = ANY (${[...new Set(symbols)]}::text[])`,
  );
}

interface WindowRow extends WindowMove {
  place: number;
  seenBefore: number | null;
}

async function readWindows(
  sql: Transaction,
  wallets: readonly WalletAt[],
): Promise<Map<string, WalletWindow>> {
  const given = wallets.map((wallet, place) => ({
    ...wallet,
    place,
    time: new Date(wallet.time).toISOString(),
    since: new Date(wallet.time - WINDOW_MS).toISOString(),
  }));
  // Of a wallet that moves many assets the newest moves of any are read, and no more.
  const rows = await sql.$queryRaw<WindowRow[]>`
    SELECT given.place, (extract(epoch FROM before.time) * 1000)::float8 AS "seenBefore", m.hash,
      (extract(epoch FROM m.time) * 1000)::float8 AS time, m.received::text, m.sent::text,
      m.received_usd::text AS "receivedUsd", m.sent_usd::text AS "sentUsd"
    FROM jsonb_to_recordset(${JSON.stringify(given)}::jsonb) AS given (
      place int, chain text, address text, symbol text, time timestamptz, since timestamptz)
    CROSS JOIN LATERAL (
      SELECT * FROM whales.wallet_move w
      WHERE w.chain = given.chain AND w.address = given.address
        AND w.time > given.since AND w.time <= given.time
      ORDER BY w.time DESC, w.hash DESC LIMIT ${MOST_MOVES}
    ) AS m
    LEFT JOIN LATERAL (
      SELECT w.time FROM whales.wallet_move w
      WHERE w.chain = given.chain AND w.address = given.address AND w.time < given.time
      ORDER BY w.time DESC LIMIT 1
    ) AS before ON true
    WHERE m.symbol = given.symbol
    ORDER BY given.place, m.time DESC, m.hash DESC`;
  const windows = new Map<string, WalletWindow>();
  for (const { place, seenBefore, ...move } of rows) {
    const wallet = wallets[place];
    if (wallet === undefined) continue;
    const key = windowKey(wallet);
    const window = windows.get(key) ?? { ...wallet, seenBefore, moves: [] };
    window.moves.push(move);
    windows.set(key, window);
  }
  return windows;
}

/** One range for each asset, from 30 days before its first hour to its last. */
async function readHours(
  sql: Transaction,
  hours: readonly { symbol: string; time: number }[],
): Promise<Map<string, FlowHour[]>> {
  const ranges = [...new Set(hours.map(({ symbol }) => symbol))].map((symbol) => {
    const times = hours.filter((hour) => hour.symbol === symbol).map(({ time }) => time);
    return {
      symbol,
      from: new Date(Math.min(...times) - LOOK_BACK_MS).toISOString(),
      to: new Date(Math.max(...times)).toISOString(),
    };
  });
  const rows = await sql.$queryRaw<(FlowHour & { symbol: string })[]>`
    SELECT f.symbol, (extract(epoch FROM f.time) * 1000)::float8 AS time,
      f.in_usd::text AS in, f.out_usd::text AS out
    FROM jsonb_to_recordset(${JSON.stringify(ranges)}::jsonb) AS given (
      symbol text, "from" timestamptz, "to" timestamptz)
    JOIN whales.exchange_flow f ON f.symbol = given.symbol AND f.bucket = 'HOUR'
      AND f.time BETWEEN given.from AND given.to AND f.exchange = ${ALL_EXCHANGES}`;
  const bySymbol = new Map<string, FlowHour[]>();
  for (const { symbol, ...hour } of rows) {
    const known = bySymbol.get(symbol) ?? [];
    known.push(hour);
    bySymbol.set(symbol, known);
  }
  return bySymbol;
}
