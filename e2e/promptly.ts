import { expect } from '@jest/globals';
import { slowdown } from '@spyhop/platform/testkit/own-time';
import { until } from '@spyhop/platform/testkit/until';

/**
 * Waits until something holds that several processes together promise within so many ms of an idle machine; fails where
 * it takes longer. How busy the machine is, is looked at all the while: others come and go.
 */
export async function promptly(ms: number, holds: () => Promise<boolean>): Promise<void> {
  const begun = performance.now();
  let busy = slowdown();
  await until(async () => {
    const held = await holds();
    busy = Math.max(busy, slowdown());
    return held;
  });
  expect(performance.now() - begun).toBeLessThan(ms * busy);
}
