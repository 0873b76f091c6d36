import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { revocationsInForce } from '@spyhop/platform/identity-revocation';
import { until } from '@spyhop/platform/testkit/until';
import { decodeJwt } from 'jose';
import { usersCommand } from '../administer';
import { holdLock } from '../store/advisory-locks';
import {
  AUDIT_LOG,
  type Entry,
  LOCK,
  type Listed,
  REVEAL,
  SET_ROLES,
  UNLOCK,
  USER,
  USERS,
  startAdministered,
} from './administrator';
import { whileAccountIsHeld } from './held-account';
import { askWhose, makeKey } from './keys';
import { PASSWORD, REFRESH, SIGN_IN, type SignedUp, type UsersRig } from './kit';

let rig: UsersRig;
let admin: SignedUp;
let ann: SignedUp;
beforeAll(async () => void ({ rig, admin, ann } = await startAdministered()));
afterAll(() => rig?.stop());

/** Of the log once everything that has happened is in it, the newest first. */
async function logged(filter: Record<string, unknown>): Promise<Entry[]> {
  await until(async () => (await rig.prisma.auditArrival.count()) === 0);
  const { auditLog } = await admin.browser.data<{ auditLog: Listed<Entry> }>(AUDIT_LOG, {
    ...{ filter, first: 100 },
  });
  return auditLog.edges.map(({ node }) => node);
}

const ACTS: [string, string, () => Record<string, unknown>][] = [
  ['users', USERS, () => ({})],
  ['user', USER, () => ({ id: admin.userId })],
  ['auditLog', AUDIT_LOG, () => ({})],
  ['setRoles', SET_ROLES, () => ({ id: ann.userId, roles: ['ADMIN'] })],
  ['lockUser', LOCK, () => ({ id: admin.userId, reason: 'mine now' })],
  ['unlockUser', UNLOCK, () => ({ id: ann.userId })],
  ['revealEmail', REVEAL, () => ({ id: admin.userId })],
];

describe('the first administrator', () => {
  it('is made by a command on the database, of an account that exists, and that is logged', async () => {
    const said: string[] = [];
    const output = { write: (text: string) => said.push(text) };
    expect(
      await usersCommand(['grant-admin', 'nobody@example.org'], { ...rig.command, output }),
    ).toBe(1);
    expect(said.join('')).toContain('no account');
    await expect(usersCommand(['grant-admin'], { ...rig.command, output })).rejects.toThrow(
      /usage/,
    );
    expect(await logged({ kind: 'ROLES_CHANGED', subject: admin.userId })).toMatchObject([
      {
        actor: null,
        details: [
          { name: 'after', value: 'USER ADMIN' },
          { name: 'before', value: 'USER' },
        ],
      },
    ]);
  });
});

describe('what only administrators may', () => {
  it.each(ACTS)('%s is refused to nobody, also straight at the subgraph', async (_, query, of) => {
    expect(await rig.browser().errorCode(query, of())).toBe('UNAUTHENTICATED');
  });

  it.each(ACTS)('%s is refused to a user, and the log notes it', async (name, query, of) => {
    expect(await ann.browser.errorCode(query, of())).toBe('FORBIDDEN');
    const [denial] = await logged({ kind: 'ACCESS_DENIED', actor: ann.userId });
    expect(denial?.details[0]?.value).toMatch(new RegExp(`^(Query|Mutation)\\.${name}$`));
  });

  it.each(ACTS)(
    '%s is refused to a token that claims the role without the account having it',
    async (_, query, of) => {
      const forged = rig.browser();
      const claims = decodeJwt(ann.accessToken);
      forged.actAs({ ...claims, roles: ['USER', 'ADMIN'], scope: 'admin' });
      expect(await forged.errorCode(query, of())).toBe('FORBIDDEN');
    },
  );

  it.each(ACTS)('%s is refused to a key, whatever its scopes', async (_, query, of) => {
    const key = rig.browser();
    key.actAs({ sub: admin.userId, scope: 'admin', roles: ['ADMIN'] });
    expect(await key.errorCode(query, of())).toBe('FORBIDDEN');
  });

  it.each(ACTS.slice(3))('%s needs a fresh proof', async (_, query, of) => {
    const browser = rig.browser();
    const stale = { auth_time: rig.now / 1_000 - 601 };
    browser.actAs({ ...decodeJwt(admin.accessToken), ...stale });
    expect(await browser.errorCode(query, of())).toBe('REAUTHENTICATION_REQUIRED');
  });
});

describe('accounts', () => {
  it('are listed, the newest first, page by page, addresses of others masked', async () => {
    rig.now += 1_000;
    await rig.signUp('cay@example.org');
    rig.now += 1_000;
    await rig.signUp('dee@example.org');
    const seen: string[] = [];
    for (let after: string | null = null; ;) {
      const { users }: { users: Listed<{ email: string }> } = await admin.browser.data(USERS, {
        ...{ first: 2, after },
      });
      seen.push(...users.edges.map(({ node }) => node.email));
      expect(users.pageInfo.hasPreviousPage).toBe(after !== null);
      if (!users.pageInfo.hasNextPage) break;
      after = users.pageInfo.endCursor;
    }
    expect(seen.slice(0, 2)).toEqual(['d***@example.org', 'c***@example.org']);
    expect(seen.slice(2).sort()).toEqual(['a***@example.org', 'admin@example.org']);
  });

  it('are found by address, role and lock', async () => {
    const find = async (filter: Record<string, unknown>): Promise<string[]> => {
      const { users } = await admin.browser.data<{ users: Listed<{ id: string }> }>(USERS, {
        filter,
      });
      return users.edges.map(({ node }) => node.id);
    };
    expect(await find({ email: 'ANN@example.org' })).toEqual([ann.userId]);
    expect(await find({ role: 'ADMIN' })).toEqual([admin.userId]);
    expect(await find({ locked: true })).toEqual([]);
    expect(await find({ email: 'ann@example.org', locked: true })).toEqual([]);
    const wrong = { filter: { email: 'no address' } };
    expect(await admin.browser.errorCode(USERS, wrong)).toBe('INVALID_INPUT');
  });

  it('show their whole address to an administrator who asks for it, which is logged', async () => {
    const { user } = await admin.browser.data<{ user: object }>(USER, { id: ann.userId });
    expect(user).toEqual({ id: ann.userId, email: 'a***@example.org' });
    expect(await admin.browser.data(REVEAL, { id: ann.userId })).toEqual({
      revealEmail: 'ann@example.org',
    });
    expect(await logged({ kind: 'EMAIL_REVEALED' })).toMatchObject([
      { actor: admin.userId, subject: ann.userId, address: '192.0.2.1', details: [] },
    ]);
  });

  it('get other roles, with what was before and after in the log, and their tokens count no more', async () => {
    const { userId } = await rig.signUp('eve@example.org');
    const roles = ['ADMIN', 'USER', 'USER'];
    const { setRoles } = await admin.browser.data<{ setRoles: object }>(SET_ROLES, {
      id: userId,
      roles,
    });
    expect(setRoles).toEqual({ id: userId, email: 'e***@example.org', roles: ['USER', 'ADMIN'] });
    expect(await logged({ kind: 'ROLES_CHANGED', subject: userId })).toMatchObject([
      {
        actor: admin.userId,
        details: [
          { name: 'after', value: 'USER ADMIN' },
          { name: 'before', value: 'USER' },
        ],
      },
    ]);
    expect(await revocationsInForce(rig.space, rig.now)).toContainEqual(
      expect.objectContaining({ subjects: [userId], at: rig.now }),
    );
    await admin.browser.data(SET_ROLES, { id: userId, roles: ['USER'] });
  });

  it('cannot lose the last administrator, neither by roles nor by a lock', async () => {
    const id = admin.userId;
    expect(await admin.browser.errorCode(SET_ROLES, { id, roles: ['USER'] })).toBe('CONFLICT');
    expect(await admin.browser.errorCode(LOCK, { id, reason: 'oops' })).toBe('CONFLICT');
  });

  it('that are locked take their keys with them until they are unlocked', async () => {
    const kay = await rig.signUp('kay@example.org');
    const { key } = await makeKey(kay);
    const body = { key, address: '192.0.2.1' };
    expect((await askWhose(rig, body)).status).toBe(200);
    await admin.browser.data(LOCK, { id: kay.userId, reason: 'stolen key' });
    expect((await askWhose(rig, body)).status).toBe(401);
    await rig.space.client.del('api-keys');
    expect((await askWhose(rig, body)).status).toBe(401);
    await admin.browser.data(UNLOCK, { id: kay.userId });
    expect((await askWhose(rig, body)).body).toMatchObject({ subject: kay.userId });
  });

  it('get keys while the audit log is being sealed', async () => {
    const lou = await rig.signUp('lou@example.org');
    await rig.prisma.$transaction(async (sealing) => {
      await holdLock(sealing, 'audit log');
      expect((await makeKey(lou)).key).toBeTruthy();
    });
  });

  it('that are locked are out with a token that they got while it was being done', async () => {
    const may = await rig.signUp('may@example.org');
    const { refreshToken, userId: id, sessionId } = may;
    const renew = async (): Promise<string> => {
      rig.now += 5_000;
      const { refreshSession } = await may.browser.data<{
        refreshSession: { accessToken: string };
      }>(REFRESH, { refreshToken });
      return refreshSession.accessToken;
    };
    let token = '';
    await whileAccountIsHeld(
      rig.prisma,
      id,
      () => admin.browser.data(LOCK, { id, reason: 'stolen' }),
      async () => (token = await renew()),
    );
    const thief = rig.browser();
    thief.actAs(decodeJwt(token));
    await until(async () => (await thief.ask<{ me: unknown }>(`{ me { id } }`)).data?.me === null);
    expect(await revocationsInForce(rig.space, rig.now)).toContainEqual(
      expect.objectContaining({ sessions: [sessionId] }),
    );
  });

  it('that get other roles are asked to renew a token that they got while it was being done', async () => {
    const { refreshToken, userId: id, browser } = await rig.signUp('lee@example.org');
    let token = '';
    await whileAccountIsHeld(
      rig.prisma,
      id,
      () => admin.browser.data(SET_ROLES, { id, roles: ['USER', 'ADMIN'] }),
      async () => {
        rig.now += 5_000;
        const { refreshSession } = await browser.data<{ refreshSession: { accessToken: string } }>(
          REFRESH,
          { refreshToken },
        );
        token = refreshSession.accessToken;
        rig.now += 5_000;
      },
    );
    const revoked = (await revocationsInForce(rig.space, rig.now)).find(({ subjects }) =>
      subjects.includes(id),
    );
    expect(revoked?.at).toBeGreaterThanOrEqual(Number(decodeJwt(token).iat) * 1_000);
    await admin.browser.data(SET_ROLES, { id, roles: ['USER'] });
  });

  it('that lose a role while their password is looked at sign in without it', async () => {
    const email = 'demoted@example.org';
    const { userId: id } = await rig.signUp(email);
    await admin.browser.data(SET_ROLES, { id, roles: ['USER', 'ADMIN'] });
    const browser = rig.browser();
    const { signIn } = await whileAccountIsHeld(
      rig.prisma,
      id,
      () =>
        browser.data<{ signIn: { accessToken: string; user: { roles: string[] } } }>(SIGN_IN, {
          input: { email, password: PASSWORD },
        }),
      (tx) => tx.user.update({ where: { id }, data: { roles: ['USER'] } }),
    );
    expect(decodeJwt(signIn.accessToken)['roles']).toEqual(['USER']);
    expect(signIn.user.roles).toEqual(['USER']);
  });

  it('that are locked are out at once and stay out until they are unlocked', async () => {
    const fay = await rig.signUp('fay@example.org');
    const credentials = { input: { email: 'fay@example.org', password: PASSWORD } };
    const { refreshToken } = fay;
    const act = { id: fay.userId, reason: 'stolen\nphone' };
    const { lockUser } = await admin.browser.data<{ lockUser: object }>(LOCK, act);
    expect(lockUser).toEqual({ id: fay.userId, lockedAt: new Date(rig.now).toISOString() });
    expect(await fay.browser.errorCode(REFRESH, { refreshToken })).toBe('SESSION_ENDED');
    expect(await rig.browser().errorCode(SIGN_IN, credentials)).toBe('ACCOUNT_LOCKED');
    const wrong = { input: { ...credentials.input, password: 'not-the-password' } };
    expect(await rig.browser().errorCode(SIGN_IN, wrong)).toBe('SIGN_IN_FAILED');
    expect(await revocationsInForce(rig.space, rig.now)).toContainEqual(
      expect.objectContaining({ subjects: [fay.userId] }),
    );
    expect(await logged({ kind: 'USER_LOCKED', subject: fay.userId })).toMatchObject([
      {
        ...{ actor: admin.userId, subject: fay.userId },
        details: [
          { name: 'after', value: 'locked' },
          { name: 'before', value: 'unlocked' },
          { name: 'reason', value: 'stolen?phone' },
          { name: 'sessions', value: '1' },
        ],
      },
    ]);
    await admin.browser.data(UNLOCK, { id: fay.userId });
    await rig.browser().data(SIGN_IN, credentials);
    expect(await logged({ kind: 'USER_UNLOCKED', subject: fay.userId })).toMatchObject([
      { actor: admin.userId },
    ]);
  });

  it('that do not exist can be neither changed nor looked at', async () => {
    const id = '00000000-0000-4000-8000-000000000000';
    expect(await admin.browser.data(USER, { id })).toEqual({ user: null });
    for (const [query, more] of [
      [SET_ROLES, { roles: [] }],
      [LOCK, { reason: 'x' }],
      [UNLOCK, {}],
      [REVEAL, {}],
    ] as const) {
      expect(await admin.browser.errorCode(query, { id, ...more })).toBe('NOT_FOUND');
      expect(await admin.browser.errorCode(query, { id: "' OR true --", ...more })).toBe(
        'INVALID_INPUT',
      );
    }
  });
});

describe('the audit log in the graph', () => {
  it('goes from page to page without a gap or a repetition, while more is written', async () => {
    const filter = { to: new Date(rig.now + 1).toISOString() };
    const all = await logged(filter);
    // That it was read is in the log too.
    rig.now += 1;
    const seen: string[] = [];
    for (let after: string | null = null; ;) {
      const { auditLog }: { auditLog: Listed<Entry> } = await admin.browser.data(AUDIT_LOG, {
        ...{ filter, first: 3, after },
      });
      seen.push(...auditLog.edges.map(({ node }) => node.id));
      rig.now += 1;
      await admin.browser.data(REVEAL, { id: ann.userId });
      if (!auditLog.pageInfo.hasNextPage || seen.length >= all.length) break;
      after = auditLog.pageInfo.endCursor;
    }
    expect(seen).toEqual(all.map(({ id }) => id));
    expect(seen.length).toBeGreaterThan(10);
  });

  it('finds by who did it, whom it is about, what, when and from where, all at once', async () => {
    rig.now += 60_000;
    await rig.browser({ address: '203.0.113.5' }).errorCode(SIGN_IN, {
      input: { email: 'ann@example.org', password: 'wrong-wrong-wrong' },
    });
    const at = new Date(rig.now).toISOString();
    const found = await logged({ subject: ann.userId, address: '203.0.113.5', from: at });
    expect(found).toMatchObject([{ kind: 'SIGN_IN_FAILED', actor: null, at }]);
    expect(await logged({ subject: ann.userId, address: '203.0.113.5', to: at })).toEqual([]);
    expect(
      await logged({ actor: admin.userId, subject: ann.userId, kind: 'SIGN_IN_FAILED' }),
    ).toEqual([]);
  });

  it('takes nothing for a filter or a cursor that is none', async () => {
    for (const variables of [
      { filter: { actor: 'me' } },
      { after: 'x' },
      { after: Buffer.from('[1,"1;drop"]').toString('base64url') },
      { first: 0 },
      { first: 101 },
    ]) {
      expect(await admin.browser.errorCode(AUDIT_LOG, variables)).toBe('INVALID_INPUT');
    }
  });
});
