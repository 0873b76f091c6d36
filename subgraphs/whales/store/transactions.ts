import { Prisma, type PrismaClient } from '@spyhop/prisma/client';
import type { WhaleTransactionSeen } from '@spyhop/platform/topics';
import type { Place } from '../rules/cursor';
import type { WhaleFilter } from '../rules/filter';
import { EVERY_BAND, bandsFrom } from '../rules/usd-band';
import type { WhaleTransaction } from '../rules/whale';
import { COLUMNS, type Row, transactionOf } from './rows';

type Dataset = WhaleTransactionSeen['dataset'];

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
  async page(query: PageQuery): Promise<WhaleTransaction[]> {
    const { whole, partly } = bandsFrom(query.filter.minUsd);
    const parts = [newestOf(query, whole, EVERYTHING_IN_BAND)];
    if (partly !== null) parts.push(newestOf(query, [partly], worthEnough(query.filter, partly)));
    const rows = await this.prisma.$queryRaw<Row[]>`
      SELECT ${COLUMNS} FROM (
        SELECT DISTINCT time, chain, hash FROM (${Prisma.join(parts, ' UNION ALL ')}) AS found
        ORDER BY time DESC, chain DESC, hash DESC LIMIT ${query.limit}
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

  /** How many of them are stored. */
  async countOf(wanted: readonly { chain: string; hash: string }[]): Promise<number> {
    const chains = wanted.map(({ chain }) => chain);
    const hashes = wanted.map(({ hash }) => hash);
    const [row] = await this.prisma.$queryRaw<{ count: number }[]>`
      SELECT count(*)::int AS count FROM whales.transaction t
      WHERE (t.chain, t.hash) IN (SELECT * FROM unnest(${chains}::text[], ${hashes}::text[]))`;
    return row?.count ?? 0;
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

  /** What the stored ones are; null before any. */
  async shown(): Promise<Dataset | null> {
    const [row] = await this.prisma.$queryRaw<Dataset[]>`
      SELECT kind, (extract(epoch FROM begun) * 1000)::float8 AS begun
      FROM whales.journal WHERE kind IS NOT NULL`;
    return row ?? null;
  }

  /** The newest of each asset, newest first, at most `limit` of each. */
  async recentOf(
    symbols: readonly string[],
    limit: number,
  ): Promise<Map<string, WhaleTransaction[]>> {
    const rows = await this.prisma.$queryRaw<(Row & { symbol: string })[]>`
      SELECT place.symbol, ${COLUMNS}
      FROM unnest(${symbols}::text[]) AS wanted CROSS JOIN LATERAL (
        SELECT found.* FROM unnest(${EVERY_BAND}::int[]) AS band CROSS JOIN LATERAL (
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

/**
 * The newest of each of these bands, and of each asset and chain that is asked for. What is worth too little is
 * left out only where there may be any: a condition that always holds makes PostgreSQL expect to read far for it.
 */
function newestOf(
  { filter: { symbols, chains }, after, limit }: PageQuery,
  bands: readonly number[],
  condition: Prisma.Sql,
): Prisma.Sql {
  const across = [
    Prisma.sql`unnest(${bands}::int[]) AS band`,
    ...(symbols ? [Prisma.sql`unnest(${symbols}::text[]) AS wanted_symbol`] : []),
    ...(chains ? [Prisma.sql`unnest(${chains}::text[]) AS wanted_chain`] : []),
  ];
  const table = Prisma.raw(symbols === null ? 'transaction' : 'asset_move');
  const conditions = [
    condition,
    ...(symbols ? [Prisma.sql`m.symbol = wanted_symbol`] : []),
    ...(chains ? [Prisma.sql`m.chain = wanted_chain`] : []),
    ...(after ? [behind(after)] : []),
  ];
  return Prisma.sql`(
    SELECT each.* FROM ${Prisma.join(across, ' CROSS JOIN ')} CROSS JOIN LATERAL (
      SELECT m.time, m.chain, m.hash FROM whales.${table} m
      WHERE ${Prisma.join(conditions, ' AND ')}
      ORDER BY m.time DESC, m.chain DESC, m.hash DESC LIMIT ${limit}
    ) AS each
  )`;
}

const EVERYTHING_IN_BAND = Prisma.sql`m.usd_band = band`;

/** The band is told as it is, so that its share of all is known; the whole transaction's worth is looked up. */
function worthEnough({ symbols, minUsd }: WhaleFilter, band: number): Prisma.Sql {
  const usd = symbols
    ? Prisma.sql`(SELECT usd FROM whales.transaction w WHERE w.chain = m.chain AND w.hash = m.hash)`
    : Prisma.sql`m.usd`;
  return Prisma.sql`m.usd_band = ${band}::smallint AND ${usd} >= ${minUsd}::numeric`;
}

const behind = ({ time, chain, hash }: Place): Prisma.Sql =>
  Prisma.sql`(m.time, m.chain, m.hash) < (${new Date(time)}::timestamptz, ${chain}, ${hash})`;
