import type { PrismaClient } from '@spyhop/prisma/client';
import { FLOW_BUCKETS, type FlowRange } from '../rules/flow-range';
import type { RecordedHour } from '../rules/recorded-flows';

/** From when to when somebody has recorded flows of an asset, epoch ms. */
export interface FlowRecording {
  source: string;
  from: number;
  /** When its last hour ends. */
  to: number;
}

/** In USD; `time` is when the bucket began, epoch ms. */
export interface RecordedBucket {
  time: number;
  inUsd: string;
  outUsd: string;
  netUsd: string;
}

/** How many hours were not there before, and how many are otherwise now. */
export interface HoursStored {
  added: number;
  changed: number;
}

/** Flows as others have recorded them, apart from what was seen here. */
export class RecordedFlowStore {
  constructor(private readonly prisma: PrismaClient) {}

  /** Takes hours over; one of which more minutes are known already stays as it is. */
  async save(source: string, hours: readonly RecordedHour[]): Promise<HoursStored> {
    const given = hours.map(({ time, inUsd, outUsd, ...hour }) => ({
      ...{ ...hour, time: new Date(time).toISOString(), in_usd: inUsd, out_usd: outUsd },
    }));
    const [stored] = await this.prisma.$queryRaw<HoursStored[]>`
      WITH stored AS (
        INSERT INTO whales.recorded_flow AS known (symbol, source, time, in_usd, out_usd, minutes)
        SELECT symbol, ${source}, time, in_usd, out_usd, minutes
        FROM jsonb_to_recordset(${JSON.stringify(given)}::jsonb) AS given (
          symbol text, time timestamptz, in_usd numeric, out_usd numeric, minutes smallint)
        ON CONFLICT (symbol, source, time) DO UPDATE SET
          in_usd = excluded.in_usd, out_usd = excluded.out_usd, minutes = excluded.minutes
        WHERE excluded.minutes > known.minutes OR (excluded.minutes = known.minutes
          AND (excluded.in_usd, excluded.out_usd) <> (known.in_usd, known.out_usd))
        RETURNING xmax = 0 AS is_new)
      SELECT count(*) FILTER (WHERE is_new)::int AS added,
        count(*) FILTER (WHERE NOT is_new)::int AS changed
      FROM stored`;
    return stored ?? { added: 0, changed: 0 };
  }

  /** Who has recorded flows of an asset, by name. */
  recordings(symbol: string): Promise<FlowRecording[]> {
    return this.prisma.$queryRaw<FlowRecording[]>`
      SELECT source, (extract(epoch FROM min(time)) * 1000)::float8 AS "from",
        (extract(epoch FROM max(time) + interval '1 hour') * 1000)::float8 AS "to"
      FROM whales.recorded_flow WHERE symbol = ${symbol} GROUP BY source ORDER BY source`;
  }

  /** By time, the earliest first: one walk along the hours of the range. */
  buckets(
    symbol: string,
    source: string,
    { bucket, from, to }: FlowRange,
  ): Promise<RecordedBucket[]> {
    return this.prisma.$queryRaw<RecordedBucket[]>`
      SELECT (extract(epoch FROM date_trunc(${bucket.toLowerCase()}, time, 'UTC')) * 1000)::float8 AS time,
        sum(in_usd)::text AS "inUsd", sum(out_usd)::text AS "outUsd",
        sum(in_usd - out_usd)::text AS "netUsd"
      FROM whales.recorded_flow
      WHERE symbol = ${symbol} AND source = ${source} AND time >= ${new Date(from)}::timestamptz
        AND time < ${endOf(bucket, to)}::timestamptz
      GROUP BY 1 ORDER BY 1`;
  }
}

/** Of the last bucket that begins before a time. */
function endOf(bucket: FlowRange['bucket'], to: number): Date {
  const { ms } = FLOW_BUCKETS[bucket];
  return new Date(Math.ceil(to / ms) * ms);
}
