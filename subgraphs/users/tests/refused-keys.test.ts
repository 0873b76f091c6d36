import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '@spyhop/platform/testkit/until';
import { readApiKey, writeApiKey } from '../rules/api-key-text';
import type { SecurityEvent } from '../rules/security-event';
import { startAdministered } from './administrator';
import { REVOKE_KEY, askWhose, makeKey } from './keys';
import { type SignedUp, type UsersRig } from './kit';

const ALL = `{ securityEvents(first: 100) { edges { node { kind userId address details { name value } } } } }`;

let rig: UsersRig;
let admin: SignedUp;
let ann: SignedUp;
beforeAll(async () => void ({ rig, admin, ann } = await startAdministered()));
afterAll(() => rig?.stop());

const anySecret = (): Buffer => randomBytes(32);
const idOf = (key: string): string => readApiKey(key)?.id ?? '';

const refused = (from: string): SecurityEvent[] =>
  rig.securityEvents.filter(({ kind, address }) => kind === 'API_KEY_REFUSED' && address === from);

/** Asks whose a key is that does not count. */
async function show(key: string, address: string): Promise<void> {
  expect((await askWhose(rig, { key, address })).status).toBe(401);
}

const enough = (address: string, count: number) =>
  until(
    () => refused(address),
    ({ length }) => length >= count,
  );

/** So that what was shown before has certainly been noted too: it is noted in order. */
async function shownSince(address: string): Promise<SecurityEvent[]> {
  const last = writeApiKey(randomUUID(), anySecret());
  await show(last, address);
  const all = await until(
    () => refused(address),
    (events) => events.some(({ details }) => details['key'] === idOf(last)),
  );
  return all.filter(({ details }) => details['key'] !== idOf(last));
}

async function spraying(): Promise<unknown[]> {
  await until(async () => (await rig.prisma.auditArrival.count()) === 0);
  const { securityEvents } = await admin.browser.data<{
    securityEvents: { edges: { node: { kind: string; address: string } }[] };
  }>(ALL);
  return securityEvents.edges.map(({ node }) => node).filter(({ kind }) => kind === 'KEY_SPRAYING');
}

describe('an API key that is refused', () => {
  it('is in the audit log, once in a while, with why and whose it is', async () => {
    const address = '198.51.100.1';
    const expiring = await makeKey(ann, { expiresAt: new Date(rig.now + 60_000).toISOString() });
    const [guessed, revoked] = [await makeKey(ann), await makeKey(ann)];
    await ann.browser.data(REVOKE_KEY, { id: revoked.apiKey.id });
    rig.now += 60_000;
    const stranger = writeApiKey(randomUUID(), anySecret());
    for (let turn = 0; turn < 2; turn += 1) {
      await show(expiring.key, address);
      await show(writeApiKey(guessed.apiKey.id, anySecret()), address);
      await show(revoked.key, address);
      await show(stranger, address);
    }
    const events = await shownSince(address);
    const known = { userId: ann.userId, address, sessionId: null };
    const nobodys = { userId: null, address, sessionId: null };
    expect(events).toHaveLength(4);
    expect(events).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          ...known,
          details: { key: expiring.apiKey.id, why: 'expired' },
        }),
        expect.objectContaining({ ...known, details: { key: guessed.apiKey.id, why: 'wrong' } }),
        expect.objectContaining({
          ...nobodys,
          details: { key: revoked.apiKey.id, why: 'unknown' },
        }),
        expect.objectContaining({ ...nobodys, details: { key: idOf(stranger), why: 'unknown' } }),
      ]),
    );
    await until(async () => (await rig.prisma.auditArrival.count()) === 0);
    const rows = await rig.prisma.auditEntry.findMany({
      where: { kind: 'API_KEY_REFUSED', subject: ann.userId },
    });
    expect(rows).toHaveLength(2);
    expect(rows.every(({ actor }) => actor === null)).toBe(true);
  });

  it('for its secret is told besides one that is shown at a foreign address', async () => {
    const address = '198.51.100.2';
    const { key, apiKey } = await makeKey(ann, { allowedIps: ['192.0.2.0/24'] });
    await show(writeApiKey(apiKey.id, anySecret()), address);
    await enough(address, 1);
    await show(key, address);
    await until(() =>
      rig.securityEvents.some(
        (event) => event.kind === 'API_KEY_USED_ELSEWHERE' && event.address === address,
      ),
    );
  });

  it('of nobody is told only so often of one network, in whatever part of it', async () => {
    const from = (nth: number) => `2001:db8:77:${nth}::1`;
    for (let nth = 0; nth < 50; nth += 1) {
      await show(writeApiKey(randomUUID(), anySecret()), from(nth));
    }
    const told = () => Array.from({ length: 50 }, (_, nth) => refused(from(nth)).length);
    const sum = () => told().reduce((all, each) => all + each, 0);
    await until(sum, (count) => count >= 40);
    expect(await shownSince('198.51.100.3')).toEqual([]);
    expect(sum()).toBe(40);
    const kept = await rig.space.client.scard('unknown-api-keys:2001:db8:77::/48');
    expect(kept).toBe(40);
  });

  it('as a text that is no key is none', async () => {
    const address = '198.51.100.4';
    const key = writeApiKey(randomUUID(), anySecret());
    await show(key.slice(0, -1) + (key.endsWith('0') ? '1' : '0'), address);
    await show('spyhop_nothing', address);
    expect(await shownSince(address)).toEqual([]);
  });
});

describe('trying keys', () => {
  it.each([
    ['that nobody has', '203.0.113.1', () => writeApiKey(randomUUID(), anySecret())],
    ['of which only the ids are right', '203.0.113.2', null],
  ])('%s, five from one network, is told to administrators', async (_keys, address, made) => {
    const keys = await Promise.all(
      Array.from({ length: 5 }, async () =>
        made ? made() : writeApiKey((await makeKey(ann)).apiKey.id, anySecret()),
      ),
    );
    for (const key of keys.slice(1)) await show(key, address);
    await enough(address, 4);
    expect(await spraying()).not.toContainEqual(expect.objectContaining({ address }));
    await show(keys[1] ?? '', address);
    await show(keys[0] ?? '', address);
    await enough(address, 5);
    expect(await spraying()).toContainEqual(
      expect.objectContaining({
        ...{ userId: null, address, details: [{ name: 'keys', value: '5' }] },
      }),
    );
  });
});
