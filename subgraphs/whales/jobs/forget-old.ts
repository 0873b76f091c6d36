import type { Clock } from '@spyhop/platform/clock';
import type { Log } from '@spyhop/platform/log';
import { pause } from '../feeds/pause';
import type { Place } from '../rules/cursor';
import type { Retention } from '../store/retention';

export interface ForgetOldParts {
  retention: Pick<Retention, 'forget'>;
  clock: Clock;
  /** For how long transactions are kept after they moved. */
  keepMs: number;
  log: Log;
}

const LOOK_MS = 60 * 60_000;
/** After an error, in ms. */
const RETRY_MS = 10_000;
/** Between two turns, in ms: whoever stores what is new comes first. */
const BREATH_MS = 50;

/** Forgets transactions for their age until the signal aborts; whoever takes over goes on. */
export async function forgetOld(parts: ForgetOldParts, signal: AbortSignal): Promise<void> {
  const { retention, clock, keepMs, log } = parts;
  while (!signal.aborted) {
    try {
      const before = clock() - keepMs;
      for (let after: Place | null = null; !signal.aborted;) {
        after = await retention.forget(before, after);
        if (after === null) break;
        await pause(BREATH_MS, signal);
      }
      await pause(LOOK_MS, signal);
    } catch (err) {
      log.warn({ err }, 'old transactions were not forgotten; trying again');
      await pause(RETRY_MS, signal);
    }
  }
}
