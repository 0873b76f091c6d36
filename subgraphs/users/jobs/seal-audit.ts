import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '@spyhop/platform/log';
import type { Stop } from '@spyhop/platform/shutdown';

/** Arrivals wait so long at most, where they are not too many. */
const PAUSE_MS = 200;
const PAUSE_AFTER_FAULT_MS = 2_000;

/** Seals what arrives for the audit log until it is stopped; `seal` resolves to true where more may be left. */
export function startAuditSealing(seal: () => Promise<boolean>, log: Log): Stop {
  const stopping = new AbortController();
  const pause = (ms: number): Promise<void> =>
    sleep(ms, undefined, { signal: stopping.signal }).catch(() => undefined);
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        if (!(await seal())) await pause(PAUSE_MS);
      } catch (err) {
        log.warn({ err }, 'the audit log waits: what has arrived could not be sealed');
        await pause(PAUSE_AFTER_FAULT_MS);
      }
    }
  };
  const running = run();
  return async () => {
    stopping.abort();
    await running;
  };
}
