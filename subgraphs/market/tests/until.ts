import { setTimeout as sleep } from 'node:timers/promises';

/** Waits for something to become true; fails with what was waited for after twenty seconds. */
export async function until(what: string, holds: () => boolean): Promise<void> {
  const giveUpAt = Date.now() + 20_000;
  while (!holds()) {
    if (Date.now() > giveUpAt) throw new Error(`waited in vain until ${what}`);
    await sleep(2);
  }
}
