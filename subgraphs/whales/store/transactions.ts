import { Prisma, type PrismaClient } from '@spyhop/prisma/client';
import type { WhaleTransactionSeen } from '@spyhop/platform/topics';
import type { Place } from '../rules/cursor';
import type { WhaleFilter } from '../rules/filter';
import type { Fold } from '../rules/folding/fold';
import { EVERY_BAND, WITHDRAWN_BAND, bandsFrom } from '../rules/usd-band';
import { type WhaleTransaction, idOf } from '../rules/whale';
import { COLUMNS, type Row, transactionOf } from './rows';
import { soughtIn } from './sought-in';

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
    return (await this.prisma.$queryRaw<Row[]>(pageSql(query))).map(transactionOf);
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

  /** Members of folds by the id of the fold, newest first, at most `limit` of each behind a place. */
  async membersOf(
    folds: readonly Pick<Fold, 'chain' | 'hash'>[],
    limit: number,
    after: Place | null,
  ): Promise<Map<string, WhaleTransaction[]>> {
    const chains = folds.map(({ chain }) => chain);
    const hashes = folds.map(({ hash }) => hash);
    const rows = await this.prisma.$queryRaw<(Row & { of: string })[]>`
      SELECT wanted.hash AS of, ${COLUMNS}
      FROM unnest(${chains}::text[], ${hashes}::text[]) AS wanted (chain, hash) CROSS JOIN LATERAL (
        SELECT m.* FROM whales.transaction m
        WHERE m.chain = wanted.chain AND m.fold_hash = wanted.hash
          ${after ? Prisma.sql`AND ${behind(after)}` : Prisma.empty}
        ORDER BY m.time DESC, m.hash DESC LIMIT ${limit}
      ) AS t
      ORDER BY t.time DESC, t.hash DESC`;
    const byFold = new Map<string, WhaleTransaction[]>();
    for (const { of, ...row } of rows) {
      const id = idOf({ chain: row.chain, hash: of });
      byFold.set(id, [...(byFold.get(id) ?? []), transactionOf(row)]);
    }
    return byFold;
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
          WHERE m.symbol = wanted AND m.listed_band = band
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

/** What a page is read with. */
export function pageSql(query: PageQuery): Prisma.Sql {
  const { whole, partly } = bandsFrom(query.filter.minUsd);
  const parts = [newestOf(query, whole, inBand(query.filter))];
  if (partly !== null) parts.push(newestOf(query, [partly], worthEnough(query.filter, partly)));
  if (query.filter.withdrawn) {
    parts.push(newestOf(query, [WITHDRAWN_BAND], worthEnough(query.filter, WITHDRAWN_BAND)));
  }
  return Prisma.sql`
    SELECT ${COLUMNS} FROM (
      SELECT DISTINCT time, chain, hash FROM (${Prisma.join(parts, ' UNION ALL ')}) AS found
      ORDER BY time DESC, chain DESC, hash DESC LIMIT ${query.limit}
    ) AS place
    JOIN whales.transaction t USING (chain, hash)
    ORDER BY t.time DESC, t.chain DESC, t.hash DESC`;
}

/**
 * The newest of each of these bands, and of each asset, chain and direction that is asked for. What is worth too
 * little is left out only where there may be any: a condition that always holds makes PostgreSQL expect to read far
 * for it.
 */
function newestOf(
  { filter, after, limit }: PageQuery,
  bands: readonly number[],
  condition: Prisma.Sql,
): Prisma.Sql {
  const { chains, directions } = filter;
  const { table, across: sought, conditions: narrowed } = soughtIn(filter);
  const across = [
    Prisma.sql`unnest(${bands}::int[]) AS band`,
    ...sought,
    ...(chains ? [Prisma.sql`unnest(${chains}::text[]) AS wanted_chain`] : []),
    ...(directions ? [Prisma.sql`unnest(${directions}::text[]) AS wanted_direction`] : []),
  ];
  const conditions = [
    condition,
    ...narrowed,
    ...(chains ? [Prisma.sql`m.chain = wanted_chain`] : []),
    ...(directions ? [Prisma.sql`${directionIn(filter)} = wanted_direction`] : []),
    ...(filter.isFolded ? [isHead(filter)] : []),
    ...(after ? [behind(after)] : []),
  ];
  // A transaction may be part of several patterns, and an owner may take part in moves of several assets.
  const isOften = filter.pattern !== null || (table === 'party_owner' && filter.symbols === null);
  const only = isOften ? Prisma.sql`DISTINCT` : Prisma.empty;
  return Prisma.sql`(
    SELECT each.* FROM ${Prisma.join(across, ' CROSS JOIN ')} CROSS JOIN LATERAL (
      SELECT ${only} m.time, m.chain, m.hash FROM whales.${Prisma.raw(table)} m
      WHERE ${Prisma.join(conditions, ' AND ')}
      ORDER BY m.time DESC, m.chain DESC, m.hash DESC LIMIT ${limit}
    ) AS each
  )`;
}

const bandIn = ({ isRaw }: WhaleFilter): Prisma.Sql =>
  isRaw ? Prisma.sql`m.usd_band` : Prisma.sql`m.listed_band`;

const inBand = (filter: WhaleFilter): Prisma.Sql => Prisma.sql`${bandIn(filter)} = band`;

/** The band is told as it is, so that its share of all is known; the whole transaction's worth is looked up. */
function worthEnough(filter: WhaleFilter, band: number): Prisma.Sql {
  const inThis = Prisma.sql`${bandIn(filter)} = ${band}::smallint`;
  if (filter.minUsd === null) return inThis;
  const usd = columnOf(filter, filter.isRaw ? 'usd' : 'listed_usd');
  return Prisma.sql`${inThis} AND ${usd} >= ${filter.minUsd}::numeric`;
}

const directionIn = (filter: WhaleFilter): Prisma.Sql =>
  filter.isRaw ? columnOf(filter, 'direction') : Prisma.sql`m.listed_direction`;

function isHead(filter: WhaleFilter): Prisma.Sql {
  const { table } = soughtIn(filter);
  if (table === 'asset_move' || table === 'party_owner') return Prisma.sql`m.is_fold`;
  return Prisma.sql`${columnOf(filter, 'fold_hash')} = m.hash`;
}

/** What only the whole transaction has is looked up where another table finds it. */
function columnOf(filter: WhaleFilter, name: string): Prisma.Sql {
  const column = Prisma.raw(name);
  return soughtIn(filter).table === 'transaction'
    ? Prisma.sql`m.${column}`
    : Prisma.sql`(SELECT ${column} FROM whales.transaction w WHERE w.chain = m.chain AND w.hash = m.hash)`;
}

const behind = ({ time, chain, hash }: Place): Prisma.Sql =>
  Prisma.sql`(m.time, m.chain, m.hash) < (${new Date(time)}::timestamptz, ${chain}, ${hash})`;
