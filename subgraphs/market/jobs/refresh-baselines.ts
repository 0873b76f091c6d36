import type { Log } from '@spyhop/platform/log';
import { INTERVAL_MS, openTimeOf } from '../rules/candles';
import type { DecimalText } from '../rules/market-data';
import type { CandleStore, PriceMoment } from '../store/candles';
import type { Baseline } from '../store/live-market';
import type { LiveMarketWriter } from '../store/live-market-writer';
import { type Repeated, repeat } from './repeat';
import type { RunningFeed } from './run-feed';

export interface BaselineParts {
  symbols: readonly string[];
  store: Pick<CandleStore, 'closesAt' | 'closesOf'>;
  writer: Pick<LiveMarketWriter, 'writeBaselines'>;
  log: Log;
}

const EVERY_MS = 30_000;
const SOON_MS = 1_000;
const HOUR_MS = INTERVAL_MS['1h'];
const DAY_MS = INTERVAL_MS['1d'];
const SPARKLINE_HOURS = 168;

/** How long ago each price was, and how much older it may be and still count, in ms. */
const WINDOWS = [
  [HOUR_MS, HOUR_MS / 4],
  [DAY_MS, 2 * HOUR_MS],
  [7 * DAY_MS, 6 * HOUR_MS],
] as const;

/** Keeps what prices are compared with, as of the market's own time. */
export const refreshBaselines = (parts: BaselineParts, feed: RunningFeed): Repeated =>
  repeat({
    name: 'refresh baselines',
    everyMs: EVERY_MS,
    soonMs: SOON_MS,
    work: () => refresh(parts, feed.marketTime()),
    log: parts.log,
  });

async function refresh(
  { symbols, store, writer }: BaselineParts,
  at: number | null,
): Promise<boolean> {
  if (at === null) return false;
  const thisHour = openTimeOf('1h', at);
  const week = {
    interval: '1h',
    from: thisHour - SPARKLINE_HOURS * HOUR_MS,
    to: thisHour,
  } as const;
  const [prices, sparklines] = await Promise.all([
    store.closesAt(symbols, WINDOWS.map(momentBefore(at))),
    store.closesOf(symbols, week),
  ]);
  await writer.writeBaselines(
    new Map(symbols.map((s) => [s, baselineOf(prices.get(s) ?? [], sparklines.get(s) ?? [], at)])),
  );
  return true;
}

const momentBefore =
  (at: number) =>
  ([age, tolerance]: readonly [number, number]): PriceMoment => ({
    at: at - age,
    notBefore: at - age - tolerance,
  });

const baselineOf = (
  [price1h = null, price24h = null, price7d = null]: readonly (DecimalText | null)[],
  sparkline: DecimalText[],
  at: number,
): Baseline => ({ price1h, price24h, price7d, sparkline, at });
