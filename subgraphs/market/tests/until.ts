import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { PATIENCE_MS } from '@spyhop/platform/testkit/until';

/**
 * Turns of the event loop between two looks. Who moves the clock with each look leaves the network that
 * many for its answers, also on a machine where there is time for a single turn in between.
 */
const TURNS = 20;

/** Waits for something to become true; fails with what was waited for when patience ends. */
export async function until(what: string, holds: () => boolean): Promise<void> {
  const giveUpAt = performance.now() + PATIENCE_MS;
  while (!holds()) {
    if (performance.now() > giveUpAt) throw new Error(`waited in vain until ${what}`);
    for (let turn = 0; turn < TURNS; turn += 1) await setImmediate();
    await sleep(2);
  }
}
