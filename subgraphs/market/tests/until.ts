import { setTimeout as sleep } from 'node:timers/promises';
import { PATIENCE_MS } from '@spyhop/platform/testkit/until';

/** Waits for something to become true; fails with what was waited for when patience ends. */
export async function until(what: string, holds: () => boolean): Promise<void> {
  const giveUpAt = Date.now() + PATIENCE_MS;
  while (!holds()) {
    if (Date.now() > giveUpAt) throw new Error(`waited in vain until ${what}`);
    await sleep(2);
  }
}
