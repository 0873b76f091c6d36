import type { Log } from '@spyhop/platform/log';
import { pause } from '../feeds/pause';
import type { Relabelling } from '../store/relabelling';

export interface RelabelParts {
  relabelling: Pick<Relabelling, 'advance'>;
  log: Log;
}

/** How often it is asked whether labels have changed, in ms. */
const LOOK_MS = 1_000;
/** After a turn in which something was written, in ms: whoever stores what is new comes first. */
const BREATH_MS = 50;

/** Has what is stored go by the labels that there are, as they change, until the signal aborts; whoever takes over goes on. */
export async function relabel(
  { relabelling, log }: RelabelParts,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      const changed = await relabelling.advance();
      await pause(changed === null ? LOOK_MS : changed > 0 ? BREATH_MS : 0, signal);
    } catch (err) {
      log.warn({ err }, 'what is stored does not go by new labels yet; trying again');
      await pause(LOOK_MS, signal);
    }
  }
}
