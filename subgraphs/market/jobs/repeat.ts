import type { Log } from '@spyhop/platform/log';
import type { Stop } from '@spyhop/platform/shutdown';

export interface Repetition {
  /** What is repeated, for the log. */
  name: string;
  /** Until the first run, in ms: what is heavy lets the start pass. */
  firstMs?: number;
  /** From the end of one run to the start of the next, in ms. */
  everyMs: number;
  /** The same after a run that failed or could do nothing yet, and after `soon`. */
  soonMs: number;
  /** Resolves to false where it could do nothing yet. */
  work: () => Promise<boolean>;
  log: Log;
}

export interface Repeated {
  /** Something changed that the work should see: brings the next run forward. */
  soon(): void;
  stop: Stop;
}

/** Runs the work again and again, never twice at once; a row of failures is logged once. */
export function repeat({ name, firstMs = 0, everyMs, soonMs, work, log }: Repetition): Repeated {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | null = null;
  let isUrgent = false;
  let isFailing = false;
  let isStopped = false;

  const run = (): void => {
    isUrgent = false;
    running = work()
      .then(succeeded, failed)
      .then((isDone) => {
        running = null;
        schedule(isDone && !isUrgent ? everyMs : soonMs);
      });
  };
  const schedule = (delayMs: number): void => {
    clearTimeout(timer);
    if (!isStopped) timer = setTimeout(run, delayMs);
  };
  const succeeded = (isDone: boolean): boolean => {
    if (isFailing) log.info({ job: name }, 'works again');
    isFailing = false;
    return isDone;
  };
  const failed = (err: unknown): boolean => {
    if (!isFailing && !isStopped) log.warn({ err, job: name }, 'failed; trying again');
    isFailing = true;
    return false;
  };

  if (firstMs === 0) run();
  else schedule(firstMs);
  return {
    soon: () => {
      if (running === null && !isUrgent) schedule(soonMs);
      isUrgent = true;
    },
    stop: async () => {
      isStopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
