import type { ChartBar } from '../../../charts/overlay';
import type { FlowBucket } from '../../../generated/graphql';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** More buckets at once the API does not give. */
const MOST_HOURS = 2_232;
const MOST_DAYS = 1_096;

/** What the API is asked for, to draw flows below candles. */
export interface FlowRange {
  bucket: FlowBucket;
  /** ISO 8601 in UTC. */
  from: string;
  to: string;
}

/** The range of flows below candles of a length that reach from `from` to `now`, epoch ms. */
export function flowRange(lengthMs: number, from: number, now: number): FlowRange {
  const isDaily = lengthMs >= DAY_MS;
  const step = isDaily ? DAY_MS : HOUR_MS;
  const to = Math.floor(now / step) * step + step;
  const earliest = to - step * (isDaily ? MOST_DAYS : MOST_HOURS);
  const begins = Math.max(Math.floor(from / step) * step, earliest);
  return {
    bucket: isDaily ? 'DAY' : 'HOUR',
    from: new Date(begins).toISOString(),
    to: new Date(to).toISOString(),
  };
}

/**
 * One bar for each candle of a length in ms, from `from` (epoch ms) on, that has flows; candles shorter than an hour
 * have one at the start of each.
 */
export function flowBars(
  buckets: readonly { time: string; value: string }[],
  { lengthMs, from }: { lengthMs: number; from: number },
): ChartBar[] {
  const sums = new Map<number, number>();
  for (const { time, value } of buckets) {
    const start = Math.floor(Date.parse(time) / lengthMs) * lengthMs;
    // Sums are for drawing: exact figures stand on the page of flows.
    sums.set(start, (sums.get(start) ?? 0) + Number(value));
  }
  return [...sums]
    .map(([time, value]) => ({ time, value }))
    .filter(({ time }) => time >= from)
    .sort((a, b) => a.time - b.time);
}
