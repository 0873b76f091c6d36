import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { revokeIdentities } from '../identity-revocation';
import { createLog } from '../log';
import { RevokedIdentities, followRevocations } from '../revoked-identities';
import type { Stop } from '../shutdown';
import { type TestRedis, testRedis } from '../testkit/redis';

const NOON = Date.UTC(2026, 0, 2, 12);
const log = createLog({ name: 'test', level: 'silent' });
const stops: Stop[] = [];
let redis: TestRedis;
beforeAll(() => {
  redis = testRedis();
});
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});
afterAll(() => redis.close());

async function follow(): Promise<RevokedIdentities> {
  const revoked = new RevokedIdentities();
  stops.push(await followRevocations(revoked, { redis: redis.space, clock: () => NOON, log }));
  return revoked;
}
const somebody = (claims: Record<string, unknown>, subject = 'ann') => ({ subject, claims });

/** Ids of connections that listen. */
async function subscribers(): Promise<string[]> {
  const list = String(await redis.space.client.client('LIST', 'TYPE', 'PUBSUB'));
  return [...list.matchAll(/^id=(\d+) /gm)].map(([, id]) => id ?? '');
}

async function withinASecond(condition: () => boolean): Promise<void> {
  const deadline = performance.now() + 1_000;
  while (!condition()) {
    expect(performance.now()).toBeLessThan(deadline);
    await sleep(5);
  }
}

describe('who follows revocations', () => {
  it('refuses a session and a key within a second, and no other ones', async () => {
    const revoked = await follow();
    expect(revoked.has(somebody({ sid: 's1' }))).toBe(false);
    await revokeIdentities(redis.space, {
      ...{ sessions: ['s1'], keys: ['k1'], at: NOON, until: NOON + 900_000 },
    });
    await withinASecond(() => revoked.has(somebody({ sid: 's1' })));
    expect(revoked.has(somebody({ key_id: 'k1' }))).toBe(true);
    for (const claims of [{ sid: 's2' }, { sid: 'k1' }, { key_id: 's1' }, {}]) {
      expect(revoked.has(somebody(claims))).toBe(false);
    }
  });

  it('refuses what was issued to somebody before, and takes what was issued after', async () => {
    const revoked = await follow();
    const [at, until] = [NOON + 500, NOON + 900_000];
    await revokeIdentities(redis.space, { subjects: ['bob'], at, until });
    await withinASecond(() => revoked.has(somebody({}, 'bob')));
    expect(revoked.has(somebody({ iat: NOON / 1_000 }, 'bob'))).toBe(true);
    expect(revoked.has(somebody({ iat: NOON / 1_000 + 0.5 }, 'bob'))).toBe(false);
    expect(revoked.has(somebody({ iat: NOON / 1_000 }, 'ann'))).toBe(false);
  });

  it('knows what was revoked before it came, and what is said while its connection is away', async () => {
    await revokeIdentities(redis.space, { sessions: ['old'], at: NOON, until: NOON + 1_000 });
    const others = await subscribers();
    const revoked = await follow();
    expect(revoked.has(somebody({ sid: 'old' }))).toBe(true);
    for (const id of await subscribers()) {
      if (!others.includes(id)) await redis.space.client.client('KILL', 'ID', id);
    }
    await revokeIdentities(redis.space, { sessions: ['new'], at: NOON, until: NOON + 1_000 });
    await withinASecond(() => revoked.has(somebody({ sid: 'new' })));
  });

  it('does not stumble over what is no revocation', async () => {
    const revoked = await follow();
    await redis.space.client.publish(redis.space.channel('identity', 'revoked'), '{"nonsense":');
    await revokeIdentities(redis.space, { sessions: ['next'], at: NOON, until: NOON + 1_000 });
    await withinASecond(() => revoked.has(somebody({ sid: 'next' })));
  });
});
