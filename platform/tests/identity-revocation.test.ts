import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  readRevocation,
  revocationChannel,
  revocationsInForce,
  revokeIdentities,
} from '../identity-revocation';
import { type TestRedis, testRedis } from '../testkit/redis';

const NOON = Date.UTC(2026, 0, 2, 12);
let redis: TestRedis;
beforeAll(() => {
  redis = testRedis();
});
afterAll(() => redis.close());

describe('a revocation', () => {
  it('is heard by who listens', async () => {
    const subscriber = redis.space.open();
    await subscriber.subscribe(revocationChannel(redis.space));
    const heard = once(subscriber, 'message');
    const revocation = { sessions: ['s1'], subjects: ['alice'], at: NOON, until: NOON + 900_000 };
    await revokeIdentities(redis.space, revocation);
    const [, text] = (await heard) as [string, string];
    expect(readRevocation(text)).toEqual({ keys: [], signers: [], ...revocation });
    subscriber.disconnect();
  });

  it('is in force until what it revokes would have ended by itself', async () => {
    await revokeIdentities(redis.space, { keys: ['short'], at: NOON, until: NOON + 1_000 });
    await revokeIdentities(redis.space, { keys: ['long'], at: NOON, until: NOON + 60_000 });
    const keysAt = async (now: number): Promise<string[]> =>
      (await revocationsInForce(redis.space, now)).flatMap(({ keys }) => keys);
    expect(await keysAt(NOON + 999)).toEqual(['short', 'long']);
    expect(await keysAt(NOON + 1_000)).toEqual(['long']);
    expect(await keysAt(NOON + 60_000)).toEqual([]);
  });

  it('that has ended is not kept', async () => {
    const other = testRedis();
    await revokeIdentities(other.space, { keys: ['old'], at: NOON, until: NOON + 1_000 });
    await revokeIdentities(other.space, { keys: ['new'], at: NOON + 1_000, until: NOON + 2_000 });
    expect(await other.space.client.zcard('identity:revoked')).toBe(1);
    await other.close();
  });

  it('of more than a thousand ids is refused as a whole', async () => {
    const keys = Array.from({ length: 1_001 }, (_, at) => `k${at}`);
    await expect(
      revokeIdentities(redis.space, { keys, at: NOON, until: NOON + 1_000 }),
    ).rejects.toThrow(/1000/);
  });
});
