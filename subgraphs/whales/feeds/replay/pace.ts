import type { Clock } from '@spyhop/platform/clock';
import { pause } from '../pause';

const LONGEST_PAUSE_MS = 3_600_000;

export interface Pace {
  /** 1 as recorded, 10 ten times as fast, 0 as fast as it goes. */
  speed: number;
  clock: Clock;
}

/** Resolves when what began at `firstAt`, now, has come to another time of its own, epoch ms, or the signal aborts. */
export function paced(
  { speed, clock }: Pace,
  firstAt: number,
  signal: AbortSignal,
): (at: number) => Promise<void> {
  const startedAt = clock();
  return async (at) => {
    const due = speed === 0 ? -Infinity : startedAt + (at - firstAt) / speed;
    for (let early = due - clock(); early > 0 && !signal.aborted; early = due - clock()) {
      await pause(Math.min(early, LONGEST_PAUSE_MS), signal);
    }
  };
}
