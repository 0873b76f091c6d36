import type { Clock } from '@spyhop/platform/clock';
import type { Log } from '@spyhop/platform/log';
import type { Stop } from '@spyhop/platform/shutdown';
import type { EndedKeys } from '../store/ended-keys';

const LOOK_MS = 1_000;
/** As far back a process looks that has just started: who listens to routers was away for no longer. */
const MISSED_MS = 10 * 60_000;

/** Has routers let go of keys that have run out. */
export async function startEndingKeys(
  ended: EndedKeys,
  { clock, log }: { clock: Clock; log: Log },
): Promise<Stop> {
  let since = clock() - MISSED_MS;
  let looking = Promise.resolve();
  const look = async (): Promise<void> => {
    const now = clock();
    await ended.revoke(since, now);
    since = now;
  };
  const timer = setInterval(() => {
    looking = looking
      .then(look)
      .catch((err: unknown) => log.warn({ err }, 'keys that have run out were not revoked'));
  }, LOOK_MS);
  return async () => {
    clearInterval(timer);
    await looking;
  };
}
