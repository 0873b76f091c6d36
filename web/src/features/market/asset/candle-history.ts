import type { ChartCandle } from '../../../charts/candle';

/** The loaded candles of one asset and interval. */
export interface CandleHistory {
  /** Oldest first, one per open time. */
  candles: readonly ChartCandle[];
  /** Where the older ones continue; null when there are none. */
  olderCursor: string | null;
}

/** A page as the API gives it: newest first. */
export interface CandlePage {
  newestFirst: readonly ChartCandle[];
  olderCursor: string | null;
}

export const NO_HISTORY: CandleHistory = { candles: [], olderCursor: null };

/** The first page as a history. */
export function startHistory(page: CandlePage): CandleHistory {
  return { candles: page.newestFirst.toReversed(), olderCursor: page.olderCursor };
}

/** Puts a page of older candles in front. */
export function withOlder(history: CandleHistory, page: CandlePage): CandleHistory {
  const oldest = history.candles[0]?.openTime ?? Number.POSITIVE_INFINITY;
  const older = page.newestFirst.filter(({ openTime }) => openTime < oldest).toReversed();
  return { candles: [...older, ...history.candles], olderCursor: page.olderCursor };
}

/**
 * Brings a history up to date with the newest page. When the page does not reach back to what is
 * loaded, the page replaces it: a hole in the middle could never be filled by scrolling.
 */
export function withNewest(history: CandleHistory, page: CandlePage): CandleHistory {
  const from = page.newestFirst.at(-1)?.openTime;
  const newestKnown = history.candles.at(-1)?.openTime;
  if (from === undefined) return history;
  if (newestKnown === undefined || newestKnown < from) return startHistory(page);
  const kept = history.candles.filter(({ openTime }) => openTime < from);
  return {
    candles: [...kept, ...page.newestFirst.toReversed()],
    olderCursor: kept.length > 0 ? history.olderCursor : page.olderCursor,
  };
}

/**
 * Whether something was missed between the newest known candle and a live one: whole candles, or the
 * last trades of one that was never seen to close.
 */
export function leavesGap(known: ChartCandle, live: ChartCandle, lengthMs: number): boolean {
  const step = live.openTime - known.openTime;
  return step > lengthMs || (step > 0 && !known.closed);
}

/** The live candles after an update: at most the forming one and those closed since the last load. */
export function withLive(
  live: readonly ChartCandle[],
  candle: ChartCandle,
): readonly ChartCandle[] {
  const last = live.at(-1);
  if (!last || candle.openTime > last.openTime) return [...live, candle];
  if (candle.openTime < last.openTime) return live;
  return [...live.slice(0, -1), candle];
}
