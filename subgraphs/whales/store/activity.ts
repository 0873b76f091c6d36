import type { PrismaClient } from '@spyhop/prisma/client';
import { EVERY_BAND } from '../rules/usd-band';

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

  /** By asset, since a time (epoch ms); assets that did not move are missing. */
  async since(symbols: readonly string[], time: number): Promise<Map<string, WhaleActivity>> {
    const rows = await this.prisma.$queryRaw<(WhaleActivity & { symbol: string })[]>`
      SELECT symbol, count(*)::int AS transactions, coalesce(sum(usd), 0)::text AS usd,
        coalesce(sum(usd) FILTER (WHERE direction = 'TO_EXCHANGE'), 0)::text AS "toExchangesUsd",
        coalesce(sum(usd) FILTER (WHERE direction = 'FROM_EXCHANGE'), 0)::text AS "fromExchangesUsd",
        max(usd)::text AS "largestUsd"
      FROM whales.asset_move
      WHERE symbol = ANY (${symbols}::text[]) AND usd_band = ANY (${EVERY_BAND}::int[])
        AND time >= ${new Date(time)}::timestamptz
      GROUP BY symbol`;
    return new Map(rows.map(({ symbol, ...activity }) => [symbol, activity]));
  }
}
