import { type Clock, systemClock } from '@spyhop/platform/clock';

export type Cancel = () => void;

/** Time as the feed sees it, handed in so that tests can move it by hours. */
export interface Timers {
  readonly now: Clock;
  after(ms: number, run: () => void): Cancel;
}

export const systemTimers: Timers = {
  now: systemClock,
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

/** Resolves after `ms`; rejects with the signal's reason as soon as that aborts. */
export function pause(timers: Timers, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason as Error);
    const onAbort = (): void => {
      cancel();
      reject(signal.reason as Error);
    };
    const cancel = timers.after(ms, () => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    });
    signal.addEventListener('abort', onAbort, { once: true });
  });
}

/** A signal that aborts with the given one, or after `ms`. Cancel it when the work is done. */
export function deadline(
  timers: Timers,
  ms: number,
  signal: AbortSignal,
): { signal: AbortSignal; cancel: Cancel } {
  const timeout = new AbortController();
  const cancel = timers.after(ms, () => timeout.abort(new Error(`no answer within ${ms} ms`)));
  return { signal: AbortSignal.any([signal, timeout.signal]), cancel };
}
