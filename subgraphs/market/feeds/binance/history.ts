import type { Log } from '@spyhop/platform/log';
import type { CandleInterval } from '@spyhop/platform/topics';
import type { Candle } from '../../rules/market-data';
import { INTERVAL_MS } from '../../rules/candles';
import { ROWS_PER_PAGE, isInvalidSymbol } from './rest';

/** How much history of each interval is fetched at start, in candles; the order is the order of need. */
export type HistoryDepth = readonly (readonly [interval: CandleInterval, candles: number])[];

/** A request's worth of one symbol's candles: open times in epoch ms, both inclusive. */
export interface Page {
  symbol: string;
  interval: CandleInterval;
  from: number;
  to: number;
}

/** The finished candles of `depth` before `now` (epoch ms) in pages: the newest of everything first. */
export function historyPages(symbols: readonly string[], depth: HistoryDepth, now: number): Page[] {
  const rounds = Math.max(0, ...depth.map(([, candles]) => Math.ceil(candles / ROWS_PER_PAGE)));
  return Array.from({ length: rounds }, (_, round) => round).flatMap((round) =>
    depth.flatMap(([interval, candles]) => {
      const span = pageSpan(interval, candles, round, now);
      return span === null ? [] : symbols.map((symbol) => ({ symbol, interval, ...span }));
    }),
  );
}

function pageSpan(
  interval: CandleInterval,
  candles: number,
  round: number,
  now: number,
): { from: number; to: number } | null {
  const length = INTERVAL_MS[interval];
  const end = now - (now % length);
  const newer = round * ROWS_PER_PAGE;
  const rows = Math.min(candles - newer, ROWS_PER_PAGE);
  if (rows <= 0) return null;
  return { from: end - (newer + rows) * length, to: end - (newer + 1) * length };
}

/** The minutes `from` to `to` (open times, epoch ms, both inclusive) in pages, the newest first. */
export function minutePages(symbol: string, from: number, to: number): Page[] {
  const pages: Page[] = [];
  const step = ROWS_PER_PAGE * INTERVAL_MS['1m'];
  for (let end = to; end >= from; end -= step) {
    const start = Math.max(from, end - step + INTERVAL_MS['1m']);
    pages.push({ symbol, interval: '1m', from: start, to: end });
  }
  return pages;
}

export interface HistoryTools {
  fetch: (page: Page) => Promise<Candle[]>;
  accept: (candles: Candle[]) => Promise<void>;
  log: Log;
  signal: AbortSignal;
}

const REQUESTS_AT_ONCE = 4;

/**
 * Fetches pages in order and hands them on. A page that cannot be had costs that page; a symbol the exchange does
 * not know, or the time before it was listed, is not asked for again. Resolves with the number of candles.
 */
export async function fillHistory(pages: readonly Page[], tools: HistoryTools): Promise<number> {
  const queue = pages.values();
  const exhausted = new Set<string>();
  let candles = 0;
  const work = async (): Promise<void> => {
    for (const page of queue) {
      if (tools.signal.aborted) return;
      candles += await fillPage(page, exhausted, tools);
    }
  };
  await Promise.all(Array.from({ length: REQUESTS_AT_ONCE }, work));
  return candles;
}

async function fillPage(page: Page, exhausted: Set<string>, tools: HistoryTools): Promise<number> {
  const { symbol, interval } = page;
  const series = `${symbol} ${interval}`;
  if (exhausted.has(symbol) || exhausted.has(series)) return 0;
  try {
    const candles = await tools.fetch(page);
    if (candles.length === 0) exhausted.add(series);
    else await tools.accept(candles);
    return candles.length;
  } catch (err) {
    if (isInvalidSymbol(err)) exhausted.add(symbol);
    if (!tools.signal.aborted) tools.log.warn({ err, ...page }, 'a stretch of history is left out');
    return 0;
  }
}
