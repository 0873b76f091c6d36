import { Prisma, type PrismaClient } from '@spyhop/prisma/client';
import { FLOW_BUCKETS, type FlowBucket, type FlowRange } from '../rules/flow-range';
import { ALL_EXCHANGES } from '../rules/flows';

/** In units of the asset, and in USD of what has a price. */
export interface FlowSums {
  in: string;
  out: string;
  net: string;
  inUsd: string;
  outUsd: string;
  netUsd: string;
}

export interface ExchangeFlows {
  /** By time, the earliest first; `time` is when the bucket began, epoch ms. */
  buckets: (FlowSums & { time: number })[];
  /** Largest in and out together first. */
  exchanges: (FlowSums & { exchange: string })[];
}

export interface OwnerTotal {
  /** Empty where nobody says whose it is. */
  owner: string;
  kind: string;
  usd: string;
  transactions: number;
}

/** Flows between owners as edges of a graph, largest first. */
export interface FlowEdge {
  /** Empty where nobody says whose it is. */
  from: string;
  to: string;
  fromKind: string;
  toKind: string;
  usd: string;
  transactions: number;
}

interface Row extends FlowSums {
  time: number | null;
  exchange: string | null;
}

/** Flows as they are rolled up. */
export class FlowStore {
  constructor(private readonly prisma: PrismaClient) {}

  /** Of one asset: both lists from one walk along the table's key. */
  async exchangeFlows(symbol: string, range: FlowRange): Promise<ExchangeFlows> {
    const rows = await this.prisma.$queryRaw<Row[]>`
      SELECT CASE WHEN grouping(time) = 0 THEN (extract(epoch FROM time) * 1000)::float8 END AS time,
        exchange, sum(in_amount)::text AS in, sum(out_amount)::text AS out,
        sum(in_amount - out_amount)::text AS net, sum(in_usd)::text AS "inUsd",
        sum(out_usd)::text AS "outUsd", sum(in_usd - out_usd)::text AS "netUsd"
      FROM whales.exchange_flow WHERE ${within(symbol, range)} AND transactions > 0
      GROUP BY GROUPING SETS ((time, exchange), (exchange))
      HAVING (exchange = ${ALL_EXCHANGES}) = (grouping(time) = 0)
      ORDER BY time, sum(in_usd + out_usd) DESC, exchange`;
    return {
      buckets: rows.flatMap(({ exchange: _, time, ...sums }) =>
        time === null ? [] : [{ ...sums, time }],
      ),
      exchanges: rows.flatMap(({ exchange, time, ...sums }) =>
        time === null && exchange !== null ? [{ ...sums, exchange }] : [],
      ),
    };
  }

  /** Who dealt with exchanges, by the whole days of the range; largest first. */
  async counterparties(symbol: string, range: FlowRange, limit: number): Promise<OwnerTotal[]> {
    const days = { ...range, bucket: 'DAY', from: dayOf(range.from) } as const;
    return this.prisma.$queryRaw<OwnerTotal[]>`
      SELECT CASE from_kind WHEN 'EXCHANGE' THEN to_owner ELSE from_owner END AS owner,
        CASE from_kind WHEN 'EXCHANGE' THEN to_kind ELSE from_kind END AS kind,
        sum(usd)::text AS usd, sum(transactions)::int AS transactions
      FROM whales.owner_flow
      WHERE ${within(symbol, days)} AND (from_kind = 'EXCHANGE') <> (to_kind = 'EXCHANGE')
      GROUP BY 1, 2 HAVING sum(transactions) > 0
      ORDER BY sum(usd) DESC, 1 LIMIT ${limit}`;
  }

  /** All between a time (epoch ms) and now, of one asset or of all; largest first. */
  edges(
    { symbol, bucket, from }: { symbol: string | null; bucket: FlowBucket; from: number },
    limit: number,
  ): Promise<FlowEdge[]> {
    const ofAsset = symbol === null ? Prisma.empty : Prisma.sql`AND symbol = ${symbol}`;
    return this.prisma.$queryRaw<FlowEdge[]>`
      SELECT from_owner AS from, to_owner AS to, from_kind AS "fromKind", to_kind AS "toKind",
        sum(usd)::text AS usd, sum(transactions)::int AS transactions
      FROM whales.owner_flow
      WHERE bucket = ${bucket} AND time >= ${new Date(from)}::timestamptz ${ofAsset}
      GROUP BY 1, 2, 3, 4 HAVING sum(usd) > 0
      ORDER BY sum(usd) DESC, 1, 2, 3, 4 LIMIT ${limit}`;
  }
}

const dayOf = (time: number): number =>
  Math.floor(time / FLOW_BUCKETS.DAY.ms) * FLOW_BUCKETS.DAY.ms;

const within = (symbol: string, { bucket, from, to }: FlowRange): Prisma.Sql => Prisma.sql`
  symbol = ${symbol} AND bucket = ${bucket} AND time >= ${new Date(from)}::timestamptz
  AND time < ${new Date(to)}::timestamptz`;
