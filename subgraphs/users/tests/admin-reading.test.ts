import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { operationText } from '@spyhop/platform/signed-identity';
import { GraphClient } from '@spyhop/platform/testkit/graph-client';
import { until } from '@spyhop/platform/testkit/until';
import { decodeJwt } from 'jose';
import { usersCommand } from '../administer';
import { rotateSigningKeys } from '../rotate-keys';
import {
  AUDIT_LOG,
  type Entry,
  LOCK,
  type Listed,
  UNLOCK,
  USER,
  USERS,
  startAdministered,
} from './administrator';
import { CONFIRM, signUpWithTotp, startSignIn, totpCode } from './factor-kit';
import { PASSWORD, SIGN_IN, type SignedUp, type UsersRig } from './kit';

const EVENTS = `query ($first: Int, $after: String) {
  securityEvents(first: $first, after: $after) { edges { node { id } } pageInfo { endCursor } }
}`;
const EXPLAIN = `query ($who: ID, $keyScopes: [String!], $field: String!) {
  explainAccess(who: $who, keyScopes: $keyScopes, field: $field) { isAllowed }
}`;
const LIVE = `subscription { securityEvent(all: true) { id } }`;

let rig: UsersRig;
let admin: SignedUp;
let ann: SignedUp;
beforeAll(async () => void ({ rig, admin, ann } = await startAdministered()));
afterAll(() => rig?.stop());

/** What the log has of a kind since then, the oldest first. */
async function entries(kind: string, from = rig.now) {
  await until(async () => (await rig.prisma.auditArrival.count()) === 0);
  return rig.prisma.auditEntry.findMany({
    where: { kind, at: { gte: new Date(from) } },
    orderBy: { sequence: 'asc' },
  });
}
const readings = async (from?: number) =>
  (await entries('READ_BY_ADMINISTRATOR', from)).map(({ details }) => details);

describe('what an administrator reads', () => {
  it.each<[string, string, () => object, () => object]>([
    ['the audit log', AUDIT_LOG, () => ({}), () => ({ field: 'Query.auditLog' })],
    [
      'the audit log by a filter',
      AUDIT_LOG,
      () => ({ filter: { kind: 'SIGNED_IN', subject: ann.userId, from: '2026-01-01T00:00:00Z' } }),
      () => ({
        ...{ field: 'Query.auditLog', kind: 'SIGNED_IN', subject: ann.userId },
        from: '2026-01-01T00:00:00.000Z',
      }),
    ],
    ['accounts', USERS, () => ({}), () => ({ field: 'Query.users' })],
    [
      'accounts by address and lock',
      USERS,
      () => ({ filter: { email: 'ann@example.org', locked: false } }),
      () => ({ field: 'Query.users', email: 'a***@example.org', locked: 'false' }),
    ],
    [
      'an account',
      USER,
      () => ({ id: ann.userId }),
      () => ({ field: 'Query.user', id: ann.userId }),
    ],
    ['security events of all', EVENTS, () => ({}), () => ({ field: 'Query.securityEvents' })],
    [
      'who may what',
      EXPLAIN,
      () => ({ who: ann.userId, keyScopes: ['read:market', 'x'], field: 'User.email' }),
      () => ({
        ...{ field: 'Query.explainAccess', asked: 'User.email', who: ann.userId },
        keyScopes: 'read:market,x',
      }),
    ],
  ])('is in the audit log: %s', async (_what, query, variables, details) => {
    rig.now += 1_000;
    await admin.browser.data(query, variables() as Record<string, unknown>);
    const found = await entries('READ_BY_ADMINISTRATOR');
    expect(found).toMatchObject([
      { actor: admin.userId, sessionId: admin.sessionId, address: '192.0.2.1' },
    ]);
    expect(found[0]?.details).toEqual(details());
    expect(found[0]?.subject).toBe(query === USER ? ann.userId : null);
  });

  it('live is in the audit log when it begins', async () => {
    rig.now += 1_000;
    const client = new GraphClient(rig.port);
    const claims = { ...decodeJwt(admin.accessToken), auth_time: rig.now / 1_000 };
    const text = operationText({ query: LIVE, variables: {} });
    const stream = client.subscribe(LIVE, {}, await rig.router.headersFor(claims, text));
    const first = stream.next();
    first.catch(() => undefined);
    const details = await until(readings, ([begun]) => begun !== undefined);
    expect(details).toEqual([{ field: 'Subscription.securityEvent' }]);
    await stream.end();
    await client.close();
  });

  it('page by page is in the log once, and again for who begins in the middle or asks for something else', async () => {
    rig.now += 1_000;
    const page = async (variables: Record<string, unknown>) =>
      (await admin.browser.data<{ auditLog: Listed<Entry> }>(AUDIT_LOG, { first: 2, ...variables }))
        .auditLog.pageInfo.endCursor;
    const filter = { actor: admin.userId };
    let after = await page({ filter });
    for (let turn = 0; turn < 3; turn += 1) after = await page({ filter, after });
    expect(await readings()).toEqual([{ field: 'Query.auditLog', actor: admin.userId }]);
    expect(after).not.toBeNull();
    await page({ filter: { address: '192.0.2.1' }, after });
    expect(await readings()).toHaveLength(2);
  });

  it('of the log does not have the entry of its own, which the next one who reads finds', async () => {
    rig.now += 1_000;
    // Commands go by the clock on the wall.
    const filter = { from: new Date(rig.now).toISOString(), address: '192.0.2.1' };
    const read = async () => {
      await until(async () => (await rig.prisma.auditArrival.count()) === 0);
      const { auditLog } = await admin.browser.data<{ auditLog: Listed<Entry> }>(AUDIT_LOG, {
        filter,
      });
      return auditLog.edges.map(({ node }) => node.kind);
    };
    expect(await read()).toEqual([]);
    expect(await read()).toEqual(['READ_BY_ADMINISTRATOR']);
  });

  it('is not shown where the audit log does not take it', async () => {
    await rig.prisma.$executeRawUnsafe('ALTER TABLE users.audit_arrival RENAME TO away');
    const { data, errors } = await admin.browser.ask(USERS);
    await rig.prisma.$executeRawUnsafe('ALTER TABLE users.away RENAME TO audit_arrival');
    expect(data).toBeNull();
    expect(errors).toMatchObject([{ extensions: { code: 'INTERNAL' } }]);
    await admin.browser.data(USERS);
  });

  it('is no reading where it is refused', async () => {
    rig.now += 1_000;
    expect(await ann.browser.errorCode(USERS)).toBe('FORBIDDEN');
    expect(await admin.browser.errorCode(USERS, { first: 0 })).toBe('INVALID_INPUT');
    expect(await readings()).toEqual([]);
    expect(await entries('ACCESS_DENIED')).toHaveLength(1);
  });
});

describe('signing in to an account that is locked', () => {
  it('with the right password, and a second proof where it takes one, is in the audit log', async () => {
    const email = 'bea@example.org';
    const { userId: id, manualKey } = await signUpWithTotp(rig, email);
    rig.now += 60_000;
    admin.browser.actAs({ ...decodeJwt(admin.accessToken), auth_time: rig.now / 1_000 });
    for (const userId of [id, ann.userId]) {
      await admin.browser.data(LOCK, { id: userId, reason: 'stolen' });
    }
    const stranger = rig.browser({ address: '198.51.100.8' });
    const wrong = { input: { email: 'ann@example.org', password: 'wrong-wrong-wrong' } };
    expect(await stranger.errorCode(SIGN_IN, wrong)).toBe('SIGN_IN_FAILED');
    const right = { input: { email: 'ann@example.org', password: PASSWORD } };
    expect(await stranger.errorCode(SIGN_IN, right)).toBe('ACCOUNT_LOCKED');
    const { challenge, browser } = await startSignIn(rig, email);
    const proof = { input: { challenge, code: totpCode(manualKey, rig.now) } };
    expect(await browser.errorCode(CONFIRM, proof)).toBe('ACCOUNT_LOCKED');
    expect(await entries('SIGN_IN_REFUSED')).toMatchObject([
      { actor: ann.userId, subject: ann.userId, sessionId: null, address: '198.51.100.8' },
      { actor: id, subject: id, sessionId: null },
    ]);
    await admin.browser.data(UNLOCK, { id: ann.userId });
  });
});

describe('what is done by a command', () => {
  it('to secrets is in the audit log', async () => {
    const begun = Date.now();
    const DATABASE_URL = rig.databaseUrl;
    const SECRET_KEYS = await rig.command.secretKeys();
    expect(await usersCommand(['reseal'], rig.command)).toBe(0);
    await rotateSigningKeys(
      { ...process.env, DATABASE_URL, SECRET_KEYS },
      { now: begun, atOnce: false, redis: null },
    );
    expect(await entries('SECRETS_RESEALED', begun)).toMatchObject([
      { actor: null, subject: null, userAgent: 'npm run users' },
    ]);
    expect(await entries('SIGNING_KEYS_ROTATED', begun)).toMatchObject([
      { actor: null, subject: null, userAgent: 'npm run rotate-signing-keys' },
    ]);
  });
});
