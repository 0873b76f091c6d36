import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DurableEvents } from '@spyhop/platform/durable-events';
import { revocationsInForce } from '@spyhop/platform/identity-revocation';
import { createLog } from '@spyhop/platform/log';
import { until } from '@spyhop/platform/testkit/until';
import { type AccountDeleted, accountDeleted } from '@spyhop/platform/topics';
import { createPrisma } from '@spyhop/prisma/client';
import { oneBehindTheOther } from './held-account';
import { askWhose, makeKey } from './keys';
import { NOW, PASSWORD, REFRESH, SIGN_IN, type UsersRig, startUsersRig } from './kit';
import { makeList } from './lists';
import { NEXT_PASSWORD, RESET, resetToken } from './reset-kit';

let rig: UsersRig;
beforeAll(async () => {
  rig = await startUsersRig();
});
afterAll(() => rig?.stop());

const DAY_MS = 86_400_000;
const EXPORT = `mutation { exportMyData }`;
const GO = `mutation { requestAccountDeletion }`;
const STAY = `mutation { cancelAccountDeletion }`;
const SCHEDULED = `{ me { deletionScheduledFor } }`;

/** Tables with rows of users, and the export's section of each; null for what is only there to be checked with. */
const SECTION_OF: Record<string, string | null> = {
  account_deletion: 'deletion',
  api_key: 'apiKeys',
  known_device: 'knownDevices',
  mail_link: null,
  passkey: 'passkeys',
  preference: 'preferences',
  recovery_code: null,
  security_alert: 'securityEvents',
  session: 'sessions',
  totp: 'oneTimeCodes',
  watchlist: 'watchlists',
};

async function tablesOfUsers(): Promise<string[]> {
  const rows = await rig.prisma.$queryRaw<{ table: string }[]>`
    SELECT table_name AS "table" FROM information_schema.columns
    WHERE table_schema = 'users' AND column_name = 'user_id' ORDER BY 1`;
  return rows.map(({ table }) => table);
}

describe("the export of somebody's data", () => {
  it('has all that is held of them, by sections that are known, and no secret', async () => {
    const ann = await rig.signUp('export@example.org');
    const { key, apiKey } = await makeKey(ann, { name: 'exported key' });
    await makeList(ann.browser, 'Exported list', ['BTC']);
    await ann.browser.data(GO);
    await askWhose(rig, { key, address: '198.51.100.7' });
    await until(async () => (await rig.prisma.auditArrival.count()) === 0);
    await until(async () => (await rig.space.client.exists(`api-key-places:${apiKey.id}`)) === 1);
    const { exportMyData: text } = await ann.browser.data<{ exportMyData: string }>(EXPORT);
    const document = JSON.parse(text) as Record<string, unknown>;
    expect(document).toMatchObject({
      ...{ format: 'spyhop-account', version: 1, exportedAt: '2026-05-01T12:00:00.000Z' },
      account: { id: ann.userId, email: 'export@example.org', displayName: 'Ann' },
      watchlists: [{ name: 'Exported list', symbols: ['BTC'] }],
      apiKeys: [
        {
          ...{ name: 'exported key', scopes: ['read:market'] },
          usedFrom: [{ place: '198.51.100.7', lastAt: '2026-05-01T12:00:00.000Z' }],
        },
      ],
      activity: expect.arrayContaining([
        expect.objectContaining({ kind: 'REGISTERED', isOwnAct: true }),
      ]),
      sessions: [{ id: ann.sessionId, amr: ['pwd'] }],
      deletion: { dueAt: '2026-05-15T12:00:00.000Z' },
    });
    for (const secret of [key, ann.refreshToken, '$argon2', 'hash', 'Hash', 'chain']) {
      expect(text).not.toContain(secret);
    }
    expect(await tablesOfUsers()).toEqual(Object.keys(SECTION_OF));
    const sections = Object.values(SECTION_OF).filter((section) => section !== null);
    expect(Object.keys(document)).toEqual(expect.arrayContaining(sections));
    expect(document).toHaveProperty('activity');
    expect(rig.securityEvents.at(-1)).toMatchObject({ kind: 'DATA_EXPORTED', userId: ann.userId });
  });

  it('has nothing of anybody else', async () => {
    const [ann, bob] = [await rig.signUp('a@example.org'), await rig.signUp('b@example.org')];
    await makeKey(bob, { name: 'bobs key' });
    await makeList(bob.browser, 'Bobs list', []);
    const { exportMyData: text } = await ann.browser.data<{ exportMyData: string }>(EXPORT);
    for (const foreign of [bob.userId, 'bobs', 'Bobs']) expect(text).not.toContain(foreign);
  });
});

describe('an account that is to be deleted', () => {
  it('stays for 14 days as it is, and for good when its owner changes their mind', async () => {
    const ann = await rig.signUp('stays@example.org');
    const { requestAccountDeletion: at } = await ann.browser.data(GO);
    expect(at).toBe('2026-05-15T12:00:00.000Z');
    const { text } = await rig.mailbox.next('stays@example.org');
    expect(text).toContain('Fri, 15 May 2026 12:00:00 GMT');
    rig.now = NOW + 60_000;
    expect(await ann.browser.data(GO)).toEqual({ requestAccountDeletion: at });
    rig.now = NOW + 14 * DAY_MS - 1;
    expect(await ann.browser.data(SCHEDULED)).toEqual({ me: { deletionScheduledFor: at } });
    expect(await ann.browser.data(STAY)).toEqual({ cancelAccountDeletion: true });
    expect(await ann.browser.data(STAY)).toEqual({ cancelAccountDeletion: false });
    expect(await ann.browser.data(SCHEDULED)).toEqual({ me: { deletionScheduledFor: null } });
    rig.now = NOW;
  });

  it.each([
    ['asks for that', GO, 0],
    ['changes their mind', STAY, 1],
  ])('is not that of a thief who %s behind a new password', async (what, mutation, before) => {
    const email = `${what.replaceAll(' ', '-')}@example.org`;
    const { browser, userId } = await rig.signUp(email);
    if (before > 0) await browser.data(GO);
    const owner = rig.browser({ address: '203.0.113.7' });
    const token = await resetToken(rig, email, owner);
    const code = await oneBehindTheOther(
      rig.prisma,
      userId,
      () => owner.data(RESET, { token, newPassword: NEXT_PASSWORD }),
      () => browser.errorCode(mutation),
    );
    expect(code).toBe('SESSION_ENDED');
    expect(await rig.prisma.accountDeletion.count({ where: { userId } })).toBe(before);
  });

  it('is gone then with all that it owns; sessions and keys end, and the other domains are told', async () => {
    const events: AccountDeleted[] = [];
    const log = createLog({ name: 'test', level: 'silent' });
    const stop = await new DurableEvents(rig.space, log).follow(accountDeleted, (event) => {
      events.push(event);
    });
    const email = 'goes@example.org';
    const [ann, bob] = [await rig.signUp(email), await rig.signUp('remains@example.org')];
    const [key, bobs] = [await makeKey(ann), await makeKey(bob)];
    await makeList(ann.browser, 'Mine', ['BTC']);
    expect((await rig.mailbox.next(email)).subject).toContain('A new API key');
    const used = `api-key-places:${key.apiKey.id}`;
    await askWhose(rig, { key: key.key, address: '198.51.100.7' });
    await until(async () => (await rig.space.client.exists(used)) === 1);
    await ann.browser.data(GO);
    await rig.mailbox.next(email);
    rig.now = NOW + 14 * DAY_MS;
    await until(
      () => events.find(({ userId }) => userId === ann.userId),
      (event) => event !== undefined,
    );
    expect((await rig.mailbox.next(email)).subject).toBe('Your account at Spyhop was deleted');
    expect((await askWhose(rig, { key: key.key })).status).toBe(401);
    expect(await rig.space.client.exists(used)).toBe(0);
    expect((await askWhose(rig, { key: bobs.key })).status).toBe(200);
    expect(await revocationsInForce(rig.space, rig.now)).toContainEqual(
      expect.objectContaining({ subjects: [ann.userId], keys: [key.apiKey.id], at: rig.now }),
    );
    const { refreshToken } = ann;
    expect(await ann.browser.errorCode(REFRESH, { refreshToken })).toBe('SESSION_ENDED');
    const credentials = { input: { email, password: PASSWORD } };
    expect(await rig.browser().errorCode(SIGN_IN, credentials)).toBe('SIGN_IN_FAILED');
    await stop();
    rig.now = NOW;
  });

  it('leaves no row behind', async () => {
    const ann = await rig.signUp('rows@example.org');
    await makeKey(ann);
    await makeList(ann.browser, 'Mine', ['BTC']);
    const updated = `mutation { updatePreferences(input: { theme: DARK }) { theme } }`;
    await ann.browser.data(updated);
    const system = createPrisma(rig.databaseUrl);
    const rowsOf = async (): Promise<number[]> => {
      const counts = (await tablesOfUsers()).map((table) =>
        system.$queryRawUnsafe<{ rows: number }[]>(
          `SELECT count(*)::int AS rows FROM users.${table} WHERE user_id = '${ann.userId}'`,
        ),
      );
      return (await Promise.all(counts)).map(([count]) => count?.rows ?? NaN);
    };
    await ann.browser.data(GO);
    expect((await rowsOf()).filter((rows) => rows > 0).length).toBeGreaterThanOrEqual(5);
    rig.now = NOW + 14 * DAY_MS;
    await until(rowsOf, (rows) => rows.every((count) => count === 0));
    await system.$disconnect();
    rig.now = NOW;
  });

  it.each([EXPORT, GO])('is not touched by who was proved too long ago: %s', async (mutation) => {
    const ann = await rig.signUp(`${Math.random()}@example.org`);
    rig.now = NOW + 11 * 60_000;
    expect(await ann.browser.errorCode(mutation)).toBe('REAUTHENTICATION_REQUIRED');
    rig.now = NOW;
  });
});
