import type { Log } from '@spyhop/platform/log';
import type { Stop } from '@spyhop/platform/shutdown';

export interface Repetition {
  /** What is repeated, for the log. */
  name: string;
  /** From the end of one run to the start of the next, in ms. */
  everyMs: number;
  /** Pause after a failure, in ms. */
  retryMs: number;
  work: () => Promise<void>;
  log: Log;
}

export interface Repeated {
  /** Runs once more as soon as possible; many calls while it runs make one further run. */
  soon(): void;
  stop: Stop;
}

/** Runs the work now and again and again, never twice at once; a row of failures is logged once. */
export function repeat({ name, everyMs, retryMs, work, log }: Repetition): Repeated {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | null = null;
  let isWanted = false;
  let isFailing = false;
  let isStopped = false;

  const run = (): void => {
    clearTimeout(timer);
    isWanted = false;
    running = work()
      .then(succeeded, failed)
      .finally(() => {
        running = null;
        if (!isStopped) timer = setTimeout(run, isWanted ? 0 : isFailing ? retryMs : everyMs);
      });
  };
  const succeeded = (): void => {
    if (isFailing) log.info({ job: name }, 'works again');
    isFailing = false;
  };
  const failed = (err: unknown): void => {
    if (!isFailing && !isStopped) log.warn({ err, job: name }, 'failed; trying again');
    isFailing = true;
  };

  run();
  return {
    soon: () => {
      isWanted = true;
      if (running === null && !isStopped) run();
    },
    stop: async () => {
      isStopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
