import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { type FairShare, joinFairShare } from '../fair-share';
import { createLog } from '../log';
import { type TestRedis, testRedis } from '../testkit/redis';
import { until } from '../testkit/until';

/** A process that gets no processor for so long counts as dead. */
const TTL_MS = 3_000;
const log = createLog({ name: 'test', level: 'silent' });
let redis: TestRedis;

beforeAll(() => {
  redis = testRedis();
});
afterAll(() => redis.close());

const join = (name: string, pieces: number): FairShare =>
  joinFairShare({ redis: redis.space, name, pieces, ttlMs: TTL_MS, log });

/** Leads pieces as long as the share lets it. */
class Leader {
  leading = 0;
  private readonly ending = new AbortController();
  private readonly pieces: Promise<void>[] = [];

  constructor(readonly share: FairShare) {}

  take(): void {
    this.leading += 1;
    const work = (signal: AbortSignal): Promise<void> =>
      new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
    const leading = this.share.lead(work, this.ending.signal).then(() => void (this.leading -= 1));
    this.pieces.push(leading);
  }

  async stop(): Promise<void> {
    this.ending.abort();
    await Promise.all(this.pieces);
    await this.share.stop();
  }
}

describe('a fair share', () => {
  it('is everything for one alone, and what is too much is given up when another comes', async () => {
    const first = new Leader(join('three', 3));
    while (first.share.hasRoom()) first.take();
    expect(first.leading).toBe(3);
    const second = new Leader(join('three', 3));
    await until(() => first.leading === 2);
    await until(() => {
      if (second.share.hasRoom()) second.take();
      return second.leading === 2;
    });
    await sleep(TTL_MS);
    expect([first.leading, second.leading]).toEqual([2, 2]);
    expect(first.share.hasRoom()).toBe(false);
    await second.stop();
    await until(() => first.share.hasRoom());
    await first.stop();
  });

  it('grows when a process is gone without a word', async () => {
    const countAt = (seconds: number) =>
      redis.space.client.zadd('share:two', seconds * 1_000, 'dead');
    const [now] = await redis.space.client.time();
    await countAt(Number(now) + 600);
    const left = new Leader(join('two', 2));
    while (left.share.hasRoom()) left.take();
    await until(() => left.leading === 1);
    // It has not been counted again, and its time is over.
    await countAt(Number(now));
    await until(() => left.share.hasRoom());
    await left.stop();
  });
});
