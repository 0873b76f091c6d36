import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '@spyhop/platform/log';
import type { Stop } from '@spyhop/platform/shutdown';
import type { Later } from '../rules/errand';

/** Errands that wait or run; of more, each is refused. */
const MOST_WAITING = 1_000;
const AT_ONCE = 4;
const WAITS_MS = [1_000, 10_000, 60_000];

interface Errand {
  name: string;
  work: () => Promise<void>;
}

/** Does what need not be done before a request is answered, some at once, each up to four times. */
export function startErrands(log: Log): { later: Later; stop: Stop } {
  const waiting: Errand[] = [];
  const running = new Set<Promise<void>>();
  const stopping = new AbortController();

  const run = async ({ name, work }: Errand): Promise<void> => {
    for (const waitMs of [...WAITS_MS, null]) {
      try {
        return await work();
      } catch (err) {
        if (waitMs === null || stopping.signal.aborted) {
          return log.error({ err, errand: name }, 'an errand was given up');
        }
        log.warn({ err, errand: name, waitMs }, 'an errand failed; it is tried again');
        await sleep(waitMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      }
    }
  };
  const startNext = (): void => {
    while (running.size < AT_ONCE) {
      const errand = waiting.shift();
      if (!errand) return;
      const done = run(errand).finally(() => {
        running.delete(done);
        startNext();
      });
      running.add(done);
    }
  };
  return {
    later: (name, work) => {
      if (waiting.length + running.size >= MOST_WAITING) {
        return log.error({ errand: name }, 'too many errands wait: this one is refused');
      }
      waiting.push({ name, work });
      startNext();
    },
    // What is waiting gets one more chance; nothing waits for a server that is away.
    stop: async () => {
      stopping.abort();
      while (running.size > 0) await Promise.all(running);
    },
  };
}
