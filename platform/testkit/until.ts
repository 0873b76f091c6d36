import { setTimeout as sleep } from 'node:timers/promises';

/**
 * How long tests wait for what must come, ms. It matters only where it never comes: a busy machine
 * takes a multiple of what an idle one takes.
 */
export const PATIENCE_MS = 60_000;
const EVERY_MS = 5;

/**
 * Asks again and again until the answer is as wanted, true unless said otherwise, and returns it;
 * throws with the last one when patience ends.
 */
export async function until<Answer>(
  ask: () => Promise<Answer> | Answer,
  isWanted: (answer: Answer) => boolean = Boolean,
): Promise<Answer> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const answer = await ask();
    if (isWanted(answer)) return answer;
    if (performance.now() > deadline) {
      throw new Error(`waited in vain: still ${JSON.stringify(answer)}`);
    }
    await sleep(EVERY_MS);
  }
}
