import { Prisma, type PrismaClient } from '@spyhop/prisma/client';
import { FLOW_BUCKETS } from '../rules/flow-range';
import { EVERY_BAND } from '../rules/usd-band';

const HOUR_MS = FLOW_BUCKETS.HOUR.ms;

/** Of a move what lists show in its place: the whole fold for a head. */
const LISTED = Prisma.sql`LATERAL (
  SELECT t.listed_usd AS usd, t.listed_direction AS direction FROM whales.transaction t
  WHERE m.is_fold AND t.chain = m.chain AND t.hash = m.hash
  UNION ALL SELECT m.usd, m.direction WHERE NOT m.is_fold
) AS listed`;

/** What large transactions moved of one asset since a time; what is folded counts once. */
export interface WhaleActivity {
  transactions: number;
  /** In USD, of those that have a price. */
  usd: string;
  toExchangesUsd: string;
  fromExchangesUsd: string;
  /** Of the largest one; null where none has a price. */
  largestUsd: string | null;
}

export const NO_ACTIVITY: WhaleActivity = {
  transactions: 0,
  usd: '0',
  toExchangesUsd: '0',
  fromExchangesUsd: '0',
  largestUsd: null,
};

export class ActivityStore {
  constructor(private readonly prisma: PrismaClient) {}

  /**
   * By asset, since a time (epoch ms); assets that did not move are missing. Whole hours are read as they are rolled
   * up, what is left of the first one by transaction; the largest from the highest bands of worth, down to the first
   * that no lower one can exceed.
   */
  async since(symbols: readonly string[], time: number): Promise<Map<string, WhaleActivity>> {
    const from = new Date(time);
    const wholeFrom = new Date(Math.ceil(time / HOUR_MS) * HOUR_MS);
    const rows = await this.prisma.$queryRaw<(WhaleActivity & { symbol: string })[]>`
      WITH RECURSIVE moved AS (
        SELECT symbol, transactions, usd, to_exchanges_usd, from_exchanges_usd
        FROM whales.asset_activity
        WHERE symbol = ANY (${symbols}::text[]) AND time >= ${wholeFrom}::timestamptz
        UNION ALL
        SELECT m.symbol, 1, listed.usd, CASE listed.direction WHEN 'TO_EXCHANGE' THEN listed.usd END,
          CASE listed.direction WHEN 'FROM_EXCHANGE' THEN listed.usd END
        FROM whales.asset_move m, ${LISTED}
        WHERE m.symbol = ANY (${symbols}::text[]) AND m.listed_band = ANY (${EVERY_BAND}::int[])
          AND m.time >= ${from}::timestamptz AND m.time < ${wholeFrom}::timestamptz
      ), total AS (
        SELECT symbol, sum(transactions)::int AS transactions, coalesce(sum(usd), 0)::text AS usd,
          coalesce(sum(to_exchanges_usd), 0)::text AS "toExchangesUsd",
          coalesce(sum(from_exchanges_usd), 0)::text AS "fromExchangesUsd"
        FROM moved GROUP BY symbol HAVING sum(transactions) > 0
      ), down AS (
        SELECT symbol, ${EVERY_BAND.length}::int AS band, NULL::numeric AS largest FROM total
        UNION ALL
        SELECT down.symbol, down.band - 1, greatest(down.largest, (
          SELECT max(listed.usd) FROM whales.asset_move m, ${LISTED}
          WHERE m.symbol = down.symbol AND m.listed_band = down.band - 1
            AND m.time >= ${from}::timestamptz))
        FROM down
        WHERE down.band > 1 AND (down.largest IS NULL OR down.largest < 10::numeric ^ (down.band - 1))
      )
      SELECT total.*, (SELECT max(largest)::text FROM down WHERE down.symbol = total.symbol)
        AS "largestUsd"
      FROM total`;
    return new Map(rows.map(({ symbol, ...activity }) => [symbol, activity]));
  }
}
