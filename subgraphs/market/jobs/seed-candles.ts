import type { Log } from '@spyhop/platform/log';
import { openTimeOf } from '../rules/candles';
import { ladderSeeds } from '../rules/ladder';
import type { CandleStore } from '../store/candles';
import { type Repeated, repeat } from './repeat';
import type { RunningFeed } from './run-feed';

export interface SeedParts {
  symbols: readonly string[];
  store: Pick<CandleStore, 'stretches'>;
  log: Log;
}

const EVERY_MS = 10 * 60_000;
const SOON_MS = 1_000;

/** Builds the forming candles on what the store has of their time, at the start and after gaps were filled. */
export const seedCandles = (parts: SeedParts, feed: RunningFeed): Repeated =>
  repeat({
    name: 'seed forming candles',
    everyMs: EVERY_MS,
    soonMs: SOON_MS,
    work: () => seed(parts, feed),
    log: parts.log,
  });

async function seed({ symbols, store }: SeedParts, feed: RunningFeed): Promise<boolean> {
  const time = feed.marketTime();
  if (time === null) return false;
  const stored = await store.stretches(symbols, ladderSeeds(time));
  // In the next five minutes other candles are wanted.
  if (openTimeOf('5m', feed.marketTime() ?? time) !== openTimeOf('5m', time)) return false;
  for (const symbol of symbols) {
    const own = stored.filter((candle) => candle.symbol === symbol);
    if (own.length > 0) feed.state.seed(symbol, own);
  }
  feed.wake();
  return true;
}
