import { type DecimalText, Exact } from './exact';
import { FLOW_BUCKETS } from './flow-range';

/** What went into and out of all exchanges together in a minute, as somebody else has added it up. */
export interface FlowMinute {
  symbol: string;
  /** When it began, epoch ms. */
  time: number;
  inUsd: DecimalText;
  outUsd: DecimalText;
}

/** The same in an hour. */
export interface RecordedHour extends FlowMinute {
  /** How many of its minutes are in the sums. */
  minutes: number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = FLOW_BUCKETS.HOUR.ms;
/** Eleven years. */
const MOST_HOURS = 100_000;

/** Minutes of a record, added up to hours, in whatever order they come. */
export class HourSums {
  private readonly hours = new Map<string, Omit<RecordedHour, 'minutes'> & { told: Set<number> }>();

  /** What is wrong with a minute, which then does not count; null where nothing is. */
  add({ symbol, time, inUsd, outUsd }: FlowMinute): string | null {
    const began = Math.floor(time / HOUR_MS) * HOUR_MS;
    const key = `${symbol} ${began}`;
    const hour = this.hours.get(key);
    const minute = (time - began) / MINUTE_MS;
    if (hour === undefined) {
      if (this.hours.size === MOST_HOURS) return `it tells of more than ${MOST_HOURS} hours`;
      this.hours.set(key, { symbol, time: began, inUsd, outUsd, told: new Set([minute]) });
      return null;
    }
    if (hour.told.has(minute)) return 'a row before it tells of the same minute';
    hour.told.add(minute);
    hour.inUsd = new Exact(hour.inUsd).plus(inUsd).toFixed();
    hour.outUsd = new Exact(hour.outUsd).plus(outUsd).toFixed();
    return null;
  }

  /** The earliest first. */
  all(): RecordedHour[] {
    return [...this.hours.values()]
      .map(({ told, ...hour }) => ({ ...hour, minutes: told.size }))
      .sort((a, b) => a.time - b.time);
  }
}
