import { CANDLE_INTERVALS, type CandleInterval } from '@spyhop/platform/topics';

const DAY_MS = 86_400_000;

/** Days that finished candles of each interval are kept; null is for ever. */
export type Retention = Readonly<Record<CandleInterval, number | null>>;

export const KEEP_EVERYTHING: Retention = {
  '1m': null,
  '5m': null,
  '15m': null,
  '1h': null,
  '4h': null,
  '1d': null,
};

/**
 * Reads "1m=90,5m=365": days per interval; what is not named is kept for ever. Throws an error
 * that says what is allowed.
 */
export function parseRetention(text: string): Retention {
  const limits = text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map(parseLimit);
  return { ...KEEP_EVERYTHING, ...Object.fromEntries(limits) };
}

function parseLimit(part: string): [CandleInterval, number] {
  const [name, days, ...rest] = part.split('=');
  const interval = CANDLE_INTERVALS.find((known) => known === name);
  if (interval === undefined || !/^[1-9]\d{0,5}$/.test(days ?? '') || rest.length > 0) {
    const intervals = CANDLE_INTERVALS.join(', ');
    throw new Error(
      `${JSON.stringify(part)} is not <interval>=<days>, with an interval of ${intervals} and at least 1 day`,
    );
  }
  return [interval, Number(days)];
}

/**
 * Open time, epoch ms, before which candles are let go; null keeps all. Whole UTC days, so that
 * what a coarser candle is made of goes at once or not at all.
 */
export function cutoffOf(days: number | null, now: number): number | null {
  return days === null ? null : Math.floor(now / DAY_MS) * DAY_MS - days * DAY_MS;
}
