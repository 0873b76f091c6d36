import type { Clock } from '@spyhop/platform/clock';
import type { Log } from '@spyhop/platform/log';
import { INTERVAL_MS } from '../rules/candles';
import type { Retention } from '../rules/retention';
import type { CandleStore } from '../store/candles';
import { type Repeated, repeat } from './repeat';
import type { RunningFeed } from './run-feed';

export interface KeepCandlesParts {
  store: Pick<CandleStore, 'ensurePartitions' | 'applyRetention'>;
  retention: Retention;
  clock: Clock;
  log: Log;
}

const EVERY_MS = INTERVAL_MS['1h'];
const SOON_MS = 60_000;
/** Removing waits, in ms, until the start and its history are through. */
const SETTLED_MS = 10 * INTERVAL_MS['1m'];
const AHEAD_MS = 7 * INTERVAL_MS['1d'];

/** Makes room for the candles to come and lets go of those that have been kept long enough. */
export function keepCandles(parts: KeepCandlesParts, feed: RunningFeed): Repeated {
  const startedAt = parts.clock();
  return repeat({
    name: 'keep candles',
    everyMs: EVERY_MS,
    soonMs: SOON_MS,
    work: async () => {
      const now = feed.marketTime() ?? parts.clock();
      await parts.store.ensurePartitions({ from: now, to: now + AHEAD_MS });
      if (Object.values(parts.retention).every((days) => days === null)) return true;
      if (parts.clock() < startedAt + SETTLED_MS) return false;
      const removed = await parts.store.applyRetention(now);
      if (removed.candles > 0) parts.log.info(removed, 'candles were let go');
      return true;
    },
    log: parts.log,
  });
}
