import { Prisma, type PrismaClient } from '@spyhop/prisma/client';
import type { Pattern } from '../rules/patterns/pattern';
import type { PatternFilter, PatternPlace } from '../rules/patterns/pattern-filter';
import { FEWEST_MOVES } from '../rules/patterns/wallets';
import { type WhaleTransaction, idOf } from '../rules/whale';
import { COLUMNS, type Row, transactionOf } from './rows';

export type StoredPattern = Omit<Pattern, 'members'>;

interface PatternRow extends Omit<StoredPattern, 'figures'> {
  figures: string;
}

const COLUMNS_OF_PATTERN = Prisma.sql`found.id, found.rule, found.symbol, found.score,
  found.explanation, (extract(epoch FROM found.time) * 1000)::float8 AS time,
  found.figures::text AS figures`;

const patternOf = ({ figures, ...row }: PatternRow): StoredPattern => ({
  ...row,
  figures: JSON.parse(figures) as StoredPattern['figures'],
});

/** More patterns of one transaction say no more. */
const MOST_OF_TRANSACTION = 50;

/**
 * Patterns of which enough transactions were not taken back. The others are kept for when those come into another
 * block.
 */
export const STANDS = Prisma.sql`(
  SELECT count(*) FROM whales.pattern_move m WHERE m.pattern_id = p.id AND m.usd_band >= 0
) >= CASE WHEN p.rule IN ('ACCUMULATION', 'DISTRIBUTION', 'SERIES') THEN ${FEWEST_MOVES}::int ELSE 1 END`;

/** Patterns that were found. */
export class PatternStore {
  constructor(private readonly prisma: PrismaClient) {}

  /** Newest first; each rule and asset that is asked for is read from its index and no further. */
  async page(
    { symbols, rules }: PatternFilter,
    after: PatternPlace | null,
    limit: number,
  ): Promise<StoredPattern[]> {
    const ofAsset = symbols ? Prisma.sql`AND p.symbol = wanted_symbol` : Prisma.empty;
    const across = symbols
      ? Prisma.sql`CROSS JOIN unnest(${symbols}::text[]) AS wanted_symbol`
      : Prisma.empty;
    const behind = after
      ? Prisma.sql`AND (p.time, p.id) < (${new Date(after.time)}::timestamptz, ${after.id})`
      : Prisma.empty;
    const rows = await this.prisma.$queryRaw<PatternRow[]>`
      SELECT ${COLUMNS_OF_PATTERN}
      FROM unnest(${[...rules]}::text[]) AS wanted_rule ${across} CROSS JOIN LATERAL (
        SELECT p.* FROM whales.pattern p
        WHERE p.rule = wanted_rule ${ofAsset} ${behind} AND ${STANDS}
        ORDER BY p.time DESC, p.id DESC LIMIT ${limit}
      ) AS found
      ORDER BY found.time DESC, found.id DESC LIMIT ${limit}`;
    return rows.map(patternOf);
  }

  /** Those that each transaction is a part of, by its id, newest first, at most 50 of each. */
  async ofTransactions(
    keys: readonly { chain: string; hash: string }[],
  ): Promise<Map<string, StoredPattern[]>> {
    const chains = keys.map(({ chain }) => chain);
    const hashes = keys.map(({ hash }) => hash);
    const rows = await this.prisma.$queryRaw<(PatternRow & { chain: string; hash: string })[]>`
      SELECT given.chain, given.hash, ${COLUMNS_OF_PATTERN}
      FROM unnest(${chains}::text[], ${hashes}::text[]) AS given (chain, hash) CROSS JOIN LATERAL (
        SELECT p.* FROM whales.pattern_move m JOIN whales.pattern p ON p.id = m.pattern_id
        WHERE m.chain = given.chain AND m.hash = given.hash AND m.usd_band >= 0 AND ${STANDS}
        ORDER BY p.time DESC, p.id DESC LIMIT ${MOST_OF_TRANSACTION}
      ) AS found
      ORDER BY found.time DESC, found.id DESC`;
    const byTransaction = new Map<string, StoredPattern[]>();
    for (const { chain, hash, ...row } of rows) {
      const id = idOf({ chain, hash });
      byTransaction.set(id, [...(byTransaction.get(id) ?? []), patternOf(row)]);
    }
    return byTransaction;
  }

  /** Those of each pattern, newest first, at most `limit` of each. */
  async transactions(
    ids: readonly string[],
    limit: number,
  ): Promise<Map<string, WhaleTransaction[]>> {
    const rows = await this.prisma.$queryRaw<(Row & { pattern: string })[]>`
      SELECT place.pattern_id AS pattern, ${COLUMNS}
      FROM unnest(${[...ids]}::text[]) AS wanted CROSS JOIN LATERAL (
        SELECT m.pattern_id, m.chain, m.hash FROM whales.pattern_move m
        WHERE m.pattern_id = wanted AND m.usd_band >= 0
        ORDER BY m.time DESC, m.chain DESC, m.hash DESC LIMIT ${limit}
      ) AS place
      JOIN whales.transaction t USING (chain, hash)
      ORDER BY t.time DESC, t.chain DESC, t.hash DESC`;
    const byPattern = new Map<string, WhaleTransaction[]>();
    for (const { pattern, ...row } of rows) {
      byPattern.set(pattern, [...(byPattern.get(pattern) ?? []), transactionOf(row)]);
    }
    return byPattern;
  }
}
