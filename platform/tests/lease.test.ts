import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { holdLease } from '../lease';
import { createLog } from '../log';
import type { Stop } from '../shutdown';
import { type TestRedis, testRedis } from '../testkit/redis';
import { until } from '../testkit/until';

const log = createLog({ name: 'test', level: 'silent' });
let redis: TestRedis;
beforeAll(() => {
  redis = testRedis();
});
afterAll(() => redis.close());

class Candidate {
  fence: number | null = null;
  private announce = (): void => undefined;
  readonly elected = new Promise<void>((resolve) => (this.announce = resolve));
  readonly stop: Stop;

  constructor(name: string) {
    this.stop = holdLease({
      redis: redis.space,
      name,
      ttlMs: 300,
      log,
      lead: async (fence, signal) => {
        this.fence = fence;
        this.announce();
        await sleep(60_000, undefined, { signal }).catch(() => undefined);
        this.fence = null;
      },
    });
  }
}

describe('a lease', () => {
  it('is held by one candidate, and passes on with a higher fence when the holder stops', async () => {
    const first = new Candidate('passing');
    await first.elected;
    const second = new Candidate('passing');
    const fenceOfFirst = first.fence ?? NaN;
    expect(second.fence).toBeNull();
    await first.stop();
    // For good, now that it is alone: a lease may run out on who gets no processor for as long as it holds.
    await until(() => (second.fence ?? 0) > fenceOfFirst);
    await second.stop();
  });

  it('is given up by a holder that finds another in its place', async () => {
    const holder = new Candidate('usurped');
    await holder.elected;
    await redis.space.client.set('lease:usurped', 'somebody else', 'PX', 60_000);
    await until(() => holder.fence === null);
    expect(await redis.space.client.get('lease:usurped')).toBe('somebody else');
    await holder.stop();
  });
});
