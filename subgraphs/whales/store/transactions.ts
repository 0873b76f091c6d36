import { Prisma, type PrismaClient } from '@spyhop/prisma/client';
import type { Place } from '../rules/cursor';
import type { WhaleFilter } from '../rules/filter';
import { bandsFrom } from '../rules/usd-band';
import type { WhaleTransaction } from '../rules/whale';
import { COLUMNS, type Row, transactionOf } from './rows';

export interface PageQuery {
  filter: WhaleFilter;
  /** Null for the newest ones. */
  after: Place | null;
  limit: number;
}

/** Stored transactions, as lists and one by one. */
export class TransactionStore {
  constructor(private readonly prisma: PrismaClient) {}

  /** Newest first. However rare what is asked for, each band of worth is read from its index and no further. */
  async page({ filter, after, limit }: PageQuery): Promise<WhaleTransaction[]> {
    const { symbols, chains } = filter;
    const behind = after
      ? Prisma.sql`AND (m.time, m.chain, m.hash) < (${new Date(after.time)}::timestamptz, ${after.chain}, ${after.hash})`
      : Prisma.empty;
    const table = symbols === null ? Prisma.raw('transaction') : Prisma.raw('asset_move');
    const across = [
      Prisma.sql`unnest(${bandsFrom(filter.minUsd)}::int[]) AS band`,
      ...(symbols ? [Prisma.sql`unnest(${symbols}::text[]) AS wanted_symbol`] : []),
      ...(chains ? [Prisma.sql`unnest(${chains}::text[]) AS wanted_chain`] : []),
    ];
    const rows = await this.prisma.$queryRaw<Row[]>`
      SELECT ${COLUMNS} FROM (
        SELECT DISTINCT found.time, found.chain, found.hash
        FROM ${Prisma.join(across, ' CROSS JOIN ')} CROSS JOIN LATERAL (
          SELECT m.time, m.chain, m.hash FROM whales.${table} m
          ${symbols && filter.minUsd !== null ? WITH_WHOLE : Prisma.empty}
          WHERE m.usd_band = band
            ${symbols ? Prisma.sql`AND m.symbol = wanted_symbol` : Prisma.empty}
            ${chains ? Prisma.sql`AND m.chain = wanted_chain` : Prisma.empty}
            ${worthAtLeast(filter)} ${behind}
          ORDER BY m.time DESC, m.chain DESC, m.hash DESC LIMIT ${limit}
        ) AS found
        ORDER BY found.time DESC, found.chain DESC, found.hash DESC LIMIT ${limit}
      ) AS place
      JOIN whales.transaction t USING (chain, hash)
      ORDER BY t.time DESC, t.chain DESC, t.hash DESC`;
    return rows.map(transactionOf);
  }

  async find({ chain, hash }: { chain: string; hash: string }): Promise<WhaleTransaction | null> {
    const [row] = await this.prisma.$queryRaw<Row[]>`
      SELECT ${COLUMNS} FROM whales.transaction t WHERE t.chain = ${chain} AND t.hash = ${hash}`;
    return row ? transactionOf(row) : null;
  }

  /** Up to `limit` of what was stored after a position, in that order. */
  async storedAfter(position: number, limit: number): Promise<WhaleTransaction[]> {
    const rows = await this.prisma.$queryRaw<Row[]>`
      SELECT ${COLUMNS} FROM whales.transaction t WHERE t.position > ${position}
      ORDER BY t.position LIMIT ${limit}`;
    return rows.map(transactionOf);
  }

  /** Of the newest transaction there is; 0 before any. */
  async newestPosition(): Promise<number> {
    const [row] = await this.prisma.$queryRaw<{ position: number }[]>`
      SELECT position::float8 AS position FROM whales.journal`;
    return row?.position ?? 0;
  }

  /** The newest of each asset, newest first, at most `limit` of each. */
  async recentOf(
    symbols: readonly string[],
    limit: number,
  ): Promise<Map<string, WhaleTransaction[]>> {
    const rows = await this.prisma.$queryRaw<(Row & { symbol: string })[]>`
      SELECT place.symbol, ${COLUMNS}
      FROM unnest(${symbols}::text[]) AS wanted CROSS JOIN LATERAL (
        SELECT found.* FROM unnest(${bandsFrom(null)}::int[]) AS band CROSS JOIN LATERAL (
          SELECT m.symbol, m.time, m.chain, m.hash FROM whales.asset_move m
          WHERE m.symbol = wanted AND m.usd_band = band
          ORDER BY m.time DESC, m.chain DESC, m.hash DESC LIMIT ${limit}
        ) AS found
        ORDER BY found.time DESC, found.chain DESC, found.hash DESC LIMIT ${limit}
      ) AS place
      JOIN whales.transaction t USING (chain, hash)
      ORDER BY t.time DESC, t.chain DESC, t.hash DESC`;
    const bySymbol = new Map<string, WhaleTransaction[]>();
    for (const { symbol, ...row } of rows) {
      bySymbol.set(symbol, [...(bySymbol.get(symbol) ?? []), transactionOf(row)]);
    }
    return bySymbol;
  }
}

const WITH_WHOLE = Prisma.sql`JOIN whales.transaction w ON w.chain = m.chain AND w.hash = m.hash`;

function worthAtLeast({ symbols, minUsd }: WhaleFilter): Prisma.Sql {
  if (minUsd === null) return Prisma.empty;
  const usd = Prisma.raw(symbols === null ? 'm.usd' : 'w.usd');
  return Prisma.sql`AND ${usd} >= ${minUsd}::numeric`;
}
