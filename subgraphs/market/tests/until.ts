import { setTimeout as sleep } from 'node:timers/promises';

/** Waits for something to become true; fails with what was waited for after five seconds. */
export async function until(what: string, holds: () => boolean): Promise<void> {
  const giveUpAt = Date.now() + 5_000;
  while (!holds()) {
    if (Date.now() > giveUpAt) throw new Error(`waited in vain until ${what}`);
    await sleep(2);
  }
}
