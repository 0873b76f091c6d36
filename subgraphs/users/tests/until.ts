import { setTimeout as sleep } from 'node:timers/promises';

const PATIENCE_MS = 10_000;
const EVERY_MS = 20;

/** Waits until something holds; throws when it has taken ten seconds. */
export async function until(holds: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`still not so: ${holds.toString()}`);
    await sleep(EVERY_MS);
  }
}
