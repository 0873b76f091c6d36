import { Prisma, type PrismaClient } from '@spyhop/prisma/client';
import type { Place } from '../rules/cursor';
import type { WalletKey } from '../rules/wallet';
import type { WhaleTransaction } from '../rules/whale';
import { COLUMNS, type Row, transactionOf } from './rows';

/** What a wallet was seen to do in all. */
export interface WalletSummary {
  /** Epoch ms; null where it was never seen. */
  firstSeen: number | null;
  lastSeen: number | null;
  transactions: number;
}

/** Of one asset, in its units. */
export interface WalletBalance {
  symbol: string;
  received: string;
  sent: string;
  net: string;
  receivedUsd: string;
  sentUsd: string;
  shared: number;
}

export interface WalletCounterparty {
  address: string;
  owner: string | null;
  ownerKind: string;
  transactions: number;
  receivedUsd: string;
  sentUsd: string;
}

/** Of an hour of the week, UTC; 1 is Monday. */
export interface WalletActivityCell {
  weekday: number;
  hour: number;
  transactions: number;
}

export interface WalletPage {
  /** Null for the newest ones. */
  after: Place | null;
  limit: number;
}

/** Wallets as they are rolled up; each is one walk along an index. */
export class WalletStore {
  constructor(private readonly prisma: PrismaClient) {}

  /** Whether anything of the chain was ever stored. */
  async hasSeen(chain: string): Promise<boolean> {
    const rows = await this.prisma.$queryRaw<unknown[]>`
      SELECT 1 FROM whales.transaction WHERE chain = ${chain} LIMIT 1`;
    return rows.length > 0;
  }

  /** In the order of the keys; one query for all. */
  async summaries(wallets: readonly WalletKey[]): Promise<WalletSummary[]> {
    return this.prisma.$queryRaw<WalletSummary[]>`
      SELECT (extract(epoch FROM first.time) * 1000)::float8 AS "firstSeen",
        (extract(epoch FROM last.time) * 1000)::float8 AS "lastSeen",
        coalesce(activity.transactions, 0)::int AS transactions
      FROM ${wanted(wallets)}
      LEFT JOIN LATERAL (SELECT m.time FROM whales.wallet_move m WHERE ${isOf('m')}
        ORDER BY m.time LIMIT 1) AS first ON true
      LEFT JOIN LATERAL (SELECT m.time FROM whales.wallet_move m WHERE ${isOf('m')}
        ORDER BY m.time DESC LIMIT 1) AS last ON true
      LEFT JOIN LATERAL (SELECT sum(a.transactions) AS transactions
        FROM whales.wallet_activity a WHERE ${isOf('a')}) AS activity ON true
      ORDER BY wanted.place`;
  }

  /** Those of the largest moves first, at most 100. */
  balances(wallets: readonly WalletKey[]): Promise<WalletBalance[][]> {
    return this.each<WalletBalance>(
      wallets,
      Prisma.sql`
        SELECT symbol, received::text, sent::text, (received - sent)::text AS net,
          received_usd::text AS "receivedUsd", sent_usd::text AS "sentUsd", shared
        FROM whales.wallet_asset m WHERE ${isOf('m')} AND moves > 0
        ORDER BY received_usd + sent_usd DESC, symbol LIMIT 100`,
    );
  }

  /** Those it has dealt with for most first. */
  counterparties(wallets: readonly WalletKey[], limit: number): Promise<WalletCounterparty[][]> {
    return this.each<WalletCounterparty>(
      wallets,
      Prisma.sql`
        SELECT other AS address, owner, owner_kind AS "ownerKind", transactions,
          received_usd::text AS "receivedUsd", sent_usd::text AS "sentUsd"
        FROM whales.wallet_counterparty m WHERE ${isOf('m')} AND transactions > 0
        ORDER BY m.usd DESC, m.other DESC LIMIT ${limit}`,
    );
  }

  /** Hours without any are left out. */
  activity(wallets: readonly WalletKey[]): Promise<WalletActivityCell[][]> {
    return this.each<WalletActivityCell>(
      wallets,
      Prisma.sql`
        SELECT weekday, hour, transactions FROM whales.wallet_activity m
        WHERE ${isOf('m')} AND transactions > 0 ORDER BY weekday, hour`,
    );
  }

  /** Newest first, of those behind a place. */
  async transactions(
    wallets: readonly WalletKey[],
    { after, limit }: WalletPage,
  ): Promise<WhaleTransaction[][]> {
    const behind = after
      ? Prisma.sql`AND (m.time, m.hash) < (${new Date(after.time)}::timestamptz, ${after.hash})`
      : Prisma.empty;
    const rows = await this.each<Row>(
      wallets,
      Prisma.sql`
        SELECT ${COLUMNS} FROM (
          SELECT DISTINCT ON (m.time, m.hash) m.chain, m.hash FROM whales.wallet_move m
          WHERE ${isOf('m')} ${behind} ORDER BY m.time DESC, m.hash DESC LIMIT ${limit}
        ) AS moved
        JOIN whales.transaction t USING (chain, hash)
        ORDER BY t.time DESC, t.hash DESC`,
    );
    return rows.map((found) => found.map(transactionOf));
  }

  /** The rows of each wallet, in the order of the keys; `query` is of the wallet `wanted`. */
  private async each<Found extends object>(
    wallets: readonly WalletKey[],
    query: Prisma.Sql,
  ): Promise<Found[][]> {
    const rows = await this.prisma.$queryRaw<(Found & { place: number })[]>`
      SELECT wanted.place::int AS place, found.* FROM ${wanted(wallets)}
      CROSS JOIN LATERAL (${query}) AS found`;
    const byPlace = wallets.map((): Found[] => []);
    for (const row of rows) byPlace[row.place - 1]?.push(row);
    return byPlace;
  }
}

const wanted = (wallets: readonly WalletKey[]): Prisma.Sql => Prisma.sql`
  unnest(${wallets.map(({ chain }) => chain)}::text[],
    ${wallets.map(({ address }) => address)}::text[])
    WITH ORDINALITY AS wanted (chain, address, place)`;

const isOf = (table: 'm' | 'a'): Prisma.Sql =>
  Prisma.sql`(${Prisma.raw(table)}.chain, ${Prisma.raw(table)}.address) = (wanted.chain, wanted.address)`;
