import type { Clock } from '@spyhop/platform/clock';
import type { Log } from '@spyhop/platform/log';
import { INTERVAL_MS } from '../rules/candles';
import type { CandleStore } from '../store/candles';
import { type Repeated, repeat } from './repeat';
import type { RunningFeed } from './run-feed';

export interface KeepCandlesParts {
  store: Pick<CandleStore, 'ensurePartitions' | 'applyRetention'>;
  clock: Clock;
  log: Log;
}

const EVERY_MS = INTERVAL_MS['1h'];
const SOON_MS = 10_000;
const AHEAD_MS = 7 * INTERVAL_MS['1d'];

/** Makes room for the candles to come and lets go of those that have been kept long enough. */
export const keepCandles = ({ store, clock, log }: KeepCandlesParts, feed: RunningFeed): Repeated =>
  repeat({
    name: 'keep candles',
    everyMs: EVERY_MS,
    soonMs: SOON_MS,
    work: async () => {
      const now = feed.marketTime() ?? clock();
      await store.ensurePartitions({ from: now, to: now + AHEAD_MS });
      const removed = await store.applyRetention(now);
      if (removed.candles > 0) log.info(removed, 'candles were let go');
      return true;
    },
    log,
  });
