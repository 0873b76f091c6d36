import { invalidInput } from '@spyhop/platform/errors';
import { z } from 'zod';
import { badCursor, decodeCursor, encodeCursor } from './cursor';
import type { Candle } from './market-data';

/** Bounds of the open time in epoch ms; null where open. */
export interface CandleRange {
  /** Inclusive. */
  from: number | null;
  /** Exclusive. */
  to: number | null;
}

type Series = Pick<Candle, 'symbol' | 'interval'>;

/** Throws INVALID_INPUT for a range that cannot hold a candle. */
export function checkRange({ from, to }: CandleRange): void {
  if (from === null || to === null || from < to) return;
  throw invalidInput(`\`from\` (${isoText(from)}) must be earlier than \`to\` (${isoText(to)}).`);
}

const isoText = (time: number): string => new Date(time).toISOString();

const cursorPosition = z.object({
  symbol: z.string(),
  interval: z.string(),
  openTime: z.number().int(),
});

export const candleCursor = ({
  symbol,
  interval,
  openTime,
}: Series & Pick<Candle, 'openTime'>): string =>
  encodeCursor('candles', { symbol, interval, openTime });

/** Open time behind which the page starts; throws INVALID_INPUT for a cursor of another series. */
export function openTimeAt(text: string, series: Series): number {
  const position = decodeCursor(text, 'candles', cursorPosition);
  if (position.symbol !== series.symbol || position.interval !== series.interval) {
    throw badCursor(
      text,
      `it belongs to ${position.symbol} ${position.interval}, not to ${series.symbol} ${series.interval}`,
    );
  }
  return position.openTime;
}

/**
 * Stored candles, newest first, with those of the recent ones (newest first, the forming one among
 * them) in front that are newer than all of them and within the range. Of one that is stored by now
 * the stored one counts.
 */
export function withRecent(
  stored: readonly Candle[],
  recent: readonly Candle[],
  { from, to }: CandleRange,
): Candle[] {
  const newest = stored[0]?.openTime ?? -Infinity;
  const notStored = recent.filter(
    ({ openTime }) =>
      openTime > newest && openTime >= (from ?? -Infinity) && openTime < (to ?? Infinity),
  );
  return [...notStored, ...stored];
}
