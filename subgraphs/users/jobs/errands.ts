import type { Log } from '@spyhop/platform/log';
import type { Stop } from '@spyhop/platform/shutdown';
import { FutileErrand, type Later } from '../rules/errand';

/** Errands that wait or run; of more, each is refused. As many may wait to be tried again. */
const MOST_WAITING = 1_000;
const AT_ONCE = 4;
const WAITS_MS = [1_000, 10_000, 60_000];

interface Errand {
  name: string;
  work: () => Promise<void>;
  failures: number;
}

/**
 * Does what need not be done before a request is answered, some at once, each up to four times. One that has failed
 * holds up no others until it is tried again.
 */
export function startErrands(log: Log): { later: Later; stop: Stop } {
  const waiting: Errand[] = [];
  const running = new Set<Promise<void>>();
  const failed = new Map<Errand, NodeJS.Timeout>();
  let isStopping = false;

  const run = async (errand: Errand): Promise<void> => {
    try {
      await errand.work();
    } catch (err) {
      const waitMs = err instanceof FutileErrand ? undefined : WAITS_MS[errand.failures];
      if (waitMs === undefined || isStopping || failed.size >= MOST_WAITING) {
        return log.error({ err, errand: errand.name }, 'an errand was given up');
      }
      log.warn({ err, errand: errand.name, waitMs }, 'an errand failed; it is tried again');
      const again = { ...errand, failures: errand.failures + 1 };
      failed.set(
        again,
        setTimeout(() => tryAgain(again), waitMs),
      );
    }
  };
  const tryAgain = (errand: Errand): void => {
    clearTimeout(failed.get(errand));
    failed.delete(errand);
    waiting.push(errand);
    startNext();
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
      waiting.push({ name, work, failures: 0 });
      startNext();
    },
    // What is waiting gets one more chance; nothing waits for a server that is away.
    stop: async () => {
      isStopping = true;
      for (const errand of [...failed.keys()]) tryAgain(errand);
      while (running.size > 0) await Promise.all(running);
    },
  };
}
