import type { PrismaClient } from '@spyhop/prisma/client';
import { FLOW_BUCKETS } from '../rules/flow-range';
import { EVERY_BAND } from '../rules/usd-band';

const HOUR_MS = FLOW_BUCKETS.HOUR.ms;

/** What large transactions moved of one asset since a time. */
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
        SELECT symbol, 1, usd, CASE direction WHEN 'TO_EXCHANGE' THEN usd END,
          CASE direction WHEN 'FROM_EXCHANGE' THEN usd END
        FROM whales.asset_move
        WHERE symbol = ANY (${symbols}::text[]) AND usd_band = ANY (${EVERY_BAND}::int[])
          AND time >= ${from}::timestamptz AND time < ${wholeFrom}::timestamptz
      ), total AS (
        SELECT symbol, sum(transactions)::int AS transactions, coalesce(sum(usd), 0)::text AS usd,
          coalesce(sum(to_exchanges_usd), 0)::text AS "toExchangesUsd",
          coalesce(sum(from_exchanges_usd), 0)::text AS "fromExchangesUsd"
        FROM moved GROUP BY symbol HAVING sum(transactions) > 0
      ), down AS (
        SELECT symbol, ${EVERY_BAND.length}::int AS band, NULL::numeric AS largest FROM total
        UNION ALL
        SELECT down.symbol, down.band - 1, greatest(down.largest, (
          SELECT max(m.usd) FROM whales.asset_move m
          WHERE m.symbol = down.symbol AND m.usd_band = down.band - 1
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
