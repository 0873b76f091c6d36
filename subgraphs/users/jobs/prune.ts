import type { Clock } from '@spyhop/platform/clock';
import type { Log } from '@spyhop/platform/log';
import type { Stop } from '@spyhop/platform/shutdown';
import type { ExpiredRows } from '../store/expired-rows';

const PRUNE_MS = 10 * 60_000;

/** Removes what has ended, again and again. */
export async function startPruning(
  expired: ExpiredRows,
  { clock, log }: { clock: Clock; log: Log },
): Promise<Stop> {
  const timer = setInterval(() => {
    expired
      .remove(clock())
      .catch((err: unknown) => log.warn({ err }, 'what has ended was not removed'));
  }, PRUNE_MS);
  return async () => clearInterval(timer);
}
