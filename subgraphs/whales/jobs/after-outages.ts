import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '@spyhop/platform/log';
import { isConnectionLost } from '@spyhop/platform/lost-connections';

const RETRY_MS = 500;

/**
 * Works as often as it takes until there was no outage, which must not count as a faulty event; `failed` says in the
 * log what was not done. Rejects as the work does with anything else, and when the signal aborts between two tries.
 */
export async function afterOutages<T>(
  work: () => Promise<T>,
  failed: string,
  { signal, log }: { signal: AbortSignal; log: Log },
): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (err) {
      if (!isConnectionLost(err)) throw err;
      log.warn({ err }, `${failed}; trying again`);
      await sleep(RETRY_MS, undefined, { signal });
    }
  }
}
