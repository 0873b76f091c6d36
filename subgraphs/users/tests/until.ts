import { setTimeout as sleep } from 'node:timers/promises';

const PATIENCE_MS = 10_000;
const EVERY_MS = 10;

/** Asks again and again until the answer is as wanted, true unless said otherwise; throws with the last one when patience ends. */
export async function until<Answer>(
  ask: () => Promise<Answer> | Answer,
  isWanted: (answer: Answer) => boolean = Boolean,
): Promise<Answer> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const answer = await ask();
    if (isWanted(answer)) return answer;
    if (performance.now() > deadline) throw new Error(`still ${JSON.stringify(answer)}`);
    await sleep(EVERY_MS);
  }
}
