import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  readRevocation,
  revocationChannel,
  revocationsInForce,
} from '@spyhop/platform/identity-revocation';
import { until } from '@spyhop/platform/testkit/until';
import pg from 'pg';
import { API_KEY_PATTERN } from '../rules/api-key-text';
import type { Browser } from './browser';
import { KEYS, type MadeKey, REVOKE_KEY, ROTATE_KEY, askWhose, makeKey } from './keys';
import { NOW, type UsersRig, startUsersRig } from './kit';

let rig: UsersRig;
beforeAll(async () => {
  rig = await startUsersRig();
});
afterAll(() => rig?.stop());

interface Listed {
  me: {
    apiKeys: {
      edges: { node: Record<string, unknown> }[];
      pageInfo: { hasNextPage: boolean; endCursor: string };
    };
  };
}
type Rotated = { rotateApiKey: MadeKey };

describe('a key', () => {
  it('works at once, as far as its scopes go, in the name of who made it', async () => {
    const ann = await rig.signUp('works@example.org');
    const scopes = ['WRITE_ALERTS', 'READ_MARKET'];
    const { key, apiKey } = await makeKey(ann, { scopes, expiresAt: '2026-06-01T00:00:00.000Z' });
    expect(await askWhose(rig, { key, address: '198.51.100.7' })).toEqual({
      status: 200,
      body: {
        subject: ann.userId,
        scopes: ['read:market', 'write:alerts'],
        roles: ['USER'],
        claims: { key_id: apiKey.id },
        expiresAt: '2026-06-01T00:00:00.000Z',
      },
    });
  });

  it('is checked without the database, and so is one that nobody has', async () => {
    const ann = await rig.signUp('no-database@example.org');
    const { key } = await makeKey(ann);
    const locker = new pg.Client({ connectionString: rig.databaseUrl });
    await locker.connect();
    try {
      await locker.query('BEGIN');
      await locker.query('LOCK TABLE users.api_key, users."user" IN ACCESS EXCLUSIVE MODE');
      expect((await askWhose(rig, { key, address: '198.51.100.7' })).status).toBe(200);
      const stranger = withChecksum(`spyhop_${'0'.repeat(22)}${key.slice(29, -6)}`);
      expect((await askWhose(rig, { key: stranger, address: '198.51.100.7' })).status).toBe(401);
    } finally {
      await locker.end();
    }
  });

  it('is recognised by its pattern and, offline, by the CRC-32 at its end', async () => {
    const { key } = await makeKey(await rig.signUp('pattern@example.org'));
    const [found] = API_KEY_PATTERN.exec(`KEY=${key}; export KEY`) ?? [];
    expect(found).toBe(key);
    const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
    const checksum = [...key.slice(-6)].reduce((sum, digit) => sum * 62 + digits.indexOf(digit), 0);
    expect(checksum).toBe(crc32(key.slice(0, -6)));
  });

  it('is stored in no form that it could be read from', async () => {
    const ann = await rig.signUp('stored@example.org');
    const { key, apiKey } = await makeKey(ann);
    const row = await rig.prisma.apiKey.findUnique({ where: { id: apiKey.id } });
    const kept = (await rig.space.client.hgetall('api-keys'))[apiKey.id] ?? '';
    const secret = key.slice(-49);
    for (const text of [JSON.stringify(row), kept]) expect(text).not.toContain(secret);
    expect(row?.keyHash).toHaveLength(32);
  });

  it.each([
    [
      'another secret',
      (key: string) => withChecksum(`${key.slice(0, -7)}${key.at(-7) === 'a' ? 'b' : 'a'}`),
    ],
    ['another id', (key: string) => withChecksum(`spyhop_${'0'.repeat(22)}${key.slice(29, -6)}`)],
    ['a wrong checksum', (key: string) => `${key.slice(0, -1)}${key.endsWith('a') ? 'b' : 'a'}`],
    ['one character less', (key: string) => key.slice(0, -1)],
    ['a newline after it', (key: string) => `${key}\n`],
    [
      'an id that is too large for one',
      () => withChecksum(`spyhop_${'z'.repeat(22)}_${'0'.repeat(43)}`),
    ],
    ['nothing in common with one', () => '__proto__'],
    ["the index's own field", () => 'complete'],
  ])("with %s is nobody's", async (_, spoil) => {
    const { key } = await makeKey(await rig.signUp(`${Math.random()}@example.org`));
    expect((await askWhose(rig, { key: spoil(key) })).status).toBe(401);
    expect((await askWhose(rig, { key })).status).toBe(200);
  });

  it("is nobody's any more when it was revoked, and routers are told so", async () => {
    const ann = await rig.signUp('revoked@example.org');
    const { key, apiKey } = await makeKey(ann);
    const told = await revocations();
    expect(await ann.browser.data(REVOKE_KEY, { id: apiKey.id })).toEqual({ revokeApiKey: true });
    expect((await askWhose(rig, { key })).status).toBe(401);
    expect(await told.next).toMatchObject({ keys: [apiKey.id], at: rig.now });
    expect(await ann.browser.data(REVOKE_KEY, { id: apiKey.id })).toEqual({ revokeApiKey: false });
    expect(await listed(ann.browser)).toEqual([]);
  });

  it('ends when it was said to', async () => {
    const { key } = await makeKey(await rig.signUp('ends@example.org'), {
      expiresAt: new Date(NOW + 60_000).toISOString(),
    });
    rig.now = NOW + 59_999;
    expect((await askWhose(rig, { key })).status).toBe(200);
    rig.now = NOW + 60_000;
    expect((await askWhose(rig, { key })).status).toBe(401);
    rig.now = NOW;
  });

  it('gives way to a new one at once, or works on for as long as its owner wants', async () => {
    const ann = await rig.signUp('rotated@example.org');
    const first = await makeKey(ann, { name: 'bot', allowedIps: ['192.0.2.0/24'] });
    const { rotateApiKey: second } = await ann.browser.data<Rotated>(ROTATE_KEY, {
      id: first.apiKey.id,
    });
    expect(second.apiKey).toMatchObject({ name: 'bot', allowedIps: ['192.0.2.0/24'] });
    const from = { address: '192.0.2.9' };
    expect((await askWhose(rig, { key: first.key, ...from })).status).toBe(401);
    expect((await askWhose(rig, { key: second.key, ...from })).status).toBe(200);

    const { rotateApiKey: third } = await ann.browser.data<Rotated>(ROTATE_KEY, {
      ...{ id: second.apiKey.id, overlapMinutes: 5 },
    });
    expect(await askWhose(rig, { key: second.key, ...from })).toMatchObject({
      body: { expiresAt: new Date(NOW + 300_000).toISOString() },
    });
    const isRevoked = async (): Promise<boolean> => {
      const inForce = await revocationsInForce(rig.space, rig.now);
      return inForce.some(({ keys }) => keys.includes(second.apiKey.id));
    };
    expect(await isRevoked()).toBe(false);
    rig.now = NOW + 300_000;
    expect((await askWhose(rig, { key: second.key, ...from })).status).toBe(401);
    // Connections that were opened with it end too.
    await until(isRevoked);
    expect((await askWhose(rig, { key: third.key, ...from })).status).toBe(200);
    rig.now = NOW;
  });

  it.each([
    ['203.0.113.0/24', '203.0.113.255', '203.0.114.1'],
    ['203.0.113.7', '203.0.113.7', '203.0.113.8'],
    ['2001:db8::/32', '2001:db8:ffff::1', '2001:db9::1'],
    ['203.0.113.7', '::ffff:203.0.113.7', '2001:db8::1'],
    ['0.0.0.0/0', '1.2.3.4', '2001:db8::1'],
    ['203.0.113.0/24', '203.0.113.1', ''],
  ])('for %s works from %s and not from %j', async (network, inside, outside) => {
    const ann = await rig.signUp(`${Math.random()}@example.org`);
    const { key, apiKey } = await makeKey(ann, { allowedIps: [network] });
    expect((await askWhose(rig, { key, address: inside })).status).toBe(200);
    expect((await askWhose(rig, { key, address: outside })).status).toBe(401);
    const event = await until(
      () =>
        rig.securityEvents.find(
          ({ kind, userId }) => kind === 'API_KEY_USED_ELSEWHERE' && userId === ann.userId,
        ),
      (found) => found !== undefined,
    );
    expect(event).toMatchObject({ address: outside, details: { key: apiKey.id } });
  });

  it('says when and from where it was last used, and its owner hears of every new place', async () => {
    const ann = await rig.signUp('used@example.org');
    const { key, apiKey } = await makeKey(ann);
    expect(await listed(ann.browser)).toMatchObject([{ lastUsedAt: null, lastUsedAddress: null }]);
    for (const address of [
      '192.0.2.1',
      '192.0.2.1',
      '2001:db8:1:2::3',
      '2001:db8:1:2::4',
      '192.0.2.2',
    ]) {
      await askWhose(rig, { key, address });
    }
    const places = () =>
      rig.securityEvents.filter(
        ({ kind, details }) =>
          kind === 'API_KEY_USED_FROM_NEW_ADDRESS' && details['key'] === apiKey.id,
      );
    await until(
      () => places().length,
      (length) => length === 3,
    );
    expect(places().map(({ address }) => address)).toEqual([
      '192.0.2.1',
      '2001:db8:1:2::3',
      '192.0.2.2',
    ]);
    const [used] = await until(
      () => listed(ann.browser),
      ([node]) => node?.['lastUsedAt'] !== null,
    );
    expect(used).toMatchObject({
      lastUsedAt: '2026-05-01T12:00:00.000Z',
      lastUsedAddress: '192.0.2.1',
    });
  });

  it('lives on when Redis has forgotten everything', async () => {
    const ann = await rig.signUp('forgotten@example.org');
    const [kept, gone] = [await makeKey(ann), await makeKey(ann)];
    await ann.browser.data(REVOKE_KEY, { id: gone.apiKey.id });
    await rig.space.client.del('api-keys');
    const answers = await Promise.all([kept, kept, gone].map(({ key }) => askWhose(rig, { key })));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 401]);
  });

  it('is told to nobody but who proves to be a router', async () => {
    const { key } = await makeKey(await rig.signUp('proof@example.org'));
    for (const proof of ['', 'Bearer ', 'Bearer between', 'Basic x']) {
      expect((await askWhose(rig, { key }, proof)).status).toBe(400);
    }
    for (const body of [{}, { key: 7 }, { key: 'x'.repeat(5_000) }, [], null]) {
      expect((await askWhose(rig, body)).status).toBe(401);
    }
  });

  it('is listed with others of its owner, the newest first, page by page', async () => {
    const ann = await rig.signUp('listed@example.org');
    for (const name of ['one', 'two', 'three']) {
      rig.now += 1_000;
      await makeKey(ann, { name });
    }
    rig.now = NOW;
    const names: unknown[] = [];
    let after: string | null = null;
    do {
      const page: Listed = await ann.browser.data<Listed>(KEYS, { first: 2, after });
      const { edges, pageInfo } = page.me.apiKeys;
      names.push(edges.map(({ node }) => node['name']));
      after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
    } while (after !== null);
    expect(names).toEqual([['three', 'two'], ['one']]);
  });
});

const listed = async ({ data }: Pick<Browser, 'data'>) =>
  (await data<Listed>(KEYS)).me.apiKeys.edges.map(({ node }) => node);

/** A key's text with the checksum that belongs there, by the published algorithm. */
function withChecksum(unchecked: string): string {
  const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
  let [rest, text] = [crc32(unchecked), ''];
  for (; rest > 0; rest = Math.floor(rest / 62)) text = (digits[rest % 62] ?? '') + text;
  return unchecked + text.padStart(6, '0');
}

/** Listens to what routers are told; `next` is the first of it. */
async function revocations(): Promise<{ next: Promise<unknown> }> {
  const subscriber = rig.space.open();
  await subscriber.subscribe(revocationChannel(rig.space));
  const next = new Promise((resolve) => {
    subscriber.once('message', (_channel, text: string) => {
      subscriber.disconnect();
      resolve(readRevocation(text));
    });
  });
  return { next };
}
