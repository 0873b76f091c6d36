import { Prisma, type PrismaClient } from '@spyhop/prisma/client';
import type { FeedKind } from '@spyhop/platform/topics';
import type { WhaleTransaction } from '../rules/whale';
import { COLUMNS, type Row, transactionOf } from './rows';

/** Where somebody has read to, the newest first. */
export type UnvaluedPlace = Pick<WhaleTransaction, 'chain' | 'hash' | 'time'>;

/** As the index of the migration whales_unvalued has it. */
const UNVALUED = Prisma.sql`(
  t.legs @> '[{"usdBasis": null}]'::jsonb OR t.legs @> '[{"usdBasis": "SOURCE"}]'::jsonb)`;

/** Transactions of which a leg has no worth, or only what its source says. */
export class UnvaluedStore {
  constructor(private readonly prisma: PrismaClient) {}

  /** Newest first, from `since` (epoch ms) on. */
  async page(
    since: number,
    after: UnvaluedPlace | null,
    limit: number,
  ): Promise<WhaleTransaction[]> {
    const behind = after
      ? Prisma.sql`AND (t.time, t.chain, t.hash)
          < (${new Date(after.time)}::timestamptz, ${after.chain}, ${after.hash})`
      : Prisma.empty;
    const rows = await this.prisma.$queryRaw<Row[]>`
      SELECT ${COLUMNS} FROM whales.transaction t
      WHERE ${UNVALUED} AND t.time >= ${new Date(since)}::timestamptz ${behind}
      ORDER BY t.time DESC, t.chain DESC, t.hash DESC LIMIT ${limit}`;
    return rows.map(transactionOf);
  }

  /** Where all that is stored comes from; null where nothing is. */
  async kind(): Promise<FeedKind | null> {
    const [row] = await this.prisma.$queryRaw<{ kind: FeedKind | null }[]>`
      SELECT kind FROM whales.journal`;
    return row?.kind ?? null;
  }
}
