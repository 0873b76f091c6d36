import { afterEach, describe, expect, it } from '@jest/globals';
import { revocationsInForce } from '@spyhop/platform/identity-revocation';
import { ownTimeOf } from '@spyhop/platform/testkit/own-time';
import { freePort } from '@spyhop/platform/testkit/ports';
import { until } from '@spyhop/platform/testkit/until';
import { createLocalJWKSet, decodeProtectedHeader, errors, jwtVerify } from 'jose';
import { rotateSigningKeys } from '../rotate-keys';
import { AccessTokens } from '../store/access-tokens';
import { NOW, type UsersRig, startUsersRig } from './kit';

let rig: UsersRig;
afterEach(() => rig.stop());

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const STATEMENT = {
  userId: '6c1f6a0e-6f7f-4f2a-9f0b-6a6a6a6a6a6a',
  sessionId: 'd0a7f4a2-2d4b-4c64-8d6a-0f0f0f0f0f0f',
  roles: ['USER'],
  amr: ['pwd'],
  authTime: NOW,
};

/** What one process of the subgraph signs with, read again whenever a test says so. */
const replica = (): AccessTokens => new AccessTokens(rig.signingKeyStore, () => rig.now);

const kidOf = (tokens: AccessTokens): string | undefined =>
  decodeProtectedHeader(tokens.issue(STATEMENT).token).kid;
const published = (tokens: AccessTokens): (string | undefined)[] =>
  tokens.publicKeys().keys.map(({ kid }) => kid);

describe('the keys of access tokens', () => {
  it('are changed every 30 days, published an hour before they sign and until their last token ends', async () => {
    rig = await startUsersRig();
    const tokens = replica();
    await tokens.refresh();
    const first = kidOf(tokens);
    expect(published(tokens)).toEqual([first]);

    rig.now = NOW + 30 * DAY - HOUR - 1;
    await tokens.refresh();
    expect(published(tokens)).toEqual([first]);
    rig.now += 1;
    await tokens.refresh();
    const [, second] = published(tokens);
    expect(published(tokens)).toEqual([first, second]);
    rig.now += HOUR - 1;
    expect(kidOf(tokens)).toBe(first);
    const { token: last } = tokens.issue(STATEMENT);
    rig.now += 1;
    expect(kidOf(tokens)).toBe(second);

    rig.now += 14 * MINUTE;
    const keys = createLocalJWKSet(tokens.publicKeys());
    await jwtVerify(last, keys, { currentDate: new Date(rig.now) });
    rig.now += 3 * MINUTE;
    await tokens.refresh();
    expect(published(tokens)).toEqual([second]);
    expect(await rig.prisma.signingKey.count()).toBe(1);
  });

  it('are the same for all processes, of which one makes the next', async () => {
    rig = await startUsersRig();
    const replicas = Array.from({ length: 4 }, replica);
    rig.now = NOW + 30 * DAY;
    await Promise.all(replicas.map((each) => each.refresh()));
    for (const each of replicas) await each.refresh();
    expect(new Set(replicas.map((each) => published(each).join())).size).toBe(1);
    expect(await rig.prisma.signingKey.count()).toBe(2);
  });

  it('can be changed at any time, with the same overlap', async () => {
    rig = await startUsersRig();
    const tokens = replica();
    await tokens.refresh();
    const first = kidOf(tokens);
    await rig.signingKeyStore.rotate(rig.now);
    await tokens.refresh();
    expect(published(tokens)).toHaveLength(2);
    expect(kidOf(tokens)).toBe(first);
    rig.now += HOUR;
    expect(kidOf(tokens)).not.toBe(first);
  });

  it('that may be stolen are out of force at once, with all that they have signed', async () => {
    rig = await startUsersRig();
    const tokens = replica();
    await tokens.refresh();
    const { token: before } = tokens.issue(STATEMENT);
    const env = { DATABASE_URL: rig.databaseUrl, SECRET_KEYS: await rig.command.secretKeys() };
    const redis = await rig.command.redis();
    await rotateSigningKeys(env, { now: rig.now, atOnce: true, redis });
    await tokens.refresh();
    const [only, ...others] = published(tokens);
    expect(others).toEqual([]);
    expect(only).not.toBe(decodeProtectedHeader(before).kid);
    expect(kidOf(tokens)).toBe(only);
    const keys = createLocalJWKSet(tokens.publicKeys());
    const currentDate = new Date(rig.now);
    await expect(jwtVerify(before, keys, { currentDate })).rejects.toThrow(
      errors.JWKSNoMatchingKey,
    );
    await jwtVerify(tokens.issue(STATEMENT).token, keys, { currentDate });
    await until(async () => (await rig.prisma.auditArrival.count()) === 0);
    const [entry] = await rig.prisma.auditEntry.findMany({
      where: { kind: 'SIGNING_KEYS_ROTATED' },
    });
    expect(entry?.details).toEqual({ atOnce: 'true' });
  });

  it('that are withdrawn are told to all routers, and signed with no more, within a second', async () => {
    rig = await startUsersRig({ now: Date.now() });
    const { keys: before } = await rig.publicKeys();
    const env = { DATABASE_URL: rig.databaseUrl, SECRET_KEYS: await rig.command.secretKeys() };
    const redis = await rig.command.redis();
    await rotateSigningKeys(env, { now: rig.now, atOnce: true, redis });
    const signers = before.map(({ kid }) => kid);
    const kids = async () => (await rig.publicKeys()).keys.map(({ kid }) => kid);
    const ms = await ownTimeOf(() => until(async () => !signers.includes((await kids())[0])));
    expect(ms).toBeLessThan(1_000);
    const { accessToken } = await rig.signUp('ann@example.org');
    expect([decodeProtectedHeader(accessToken).kid]).toEqual(await kids());
    // Keys that were fetched just before it are kept for an hour where no others can be had.
    const told = await revocationsInForce(rig.space, rig.now + HOUR + MINUTE);
    expect(told).toContainEqual(expect.objectContaining({ signers }));
  });

  it('are not replaced where routers cannot be told', async () => {
    rig = await startUsersRig();
    const before = await rig.publicKeys();
    const env = { DATABASE_URL: rig.databaseUrl, SECRET_KEYS: await rig.command.secretKeys() };
    const redis = { url: `redis://127.0.0.1:${await freePort()}`, prefix: 'none:' };
    const rotation = rotateSigningKeys(env, { now: rig.now, atOnce: true, redis });
    await expect(rotation).rejects.toThrow();
    const tokens = replica();
    await tokens.refresh();
    expect(published(tokens)).toEqual(before.keys.map(({ kid }) => kid));
  });

  it('are published without their private part, which is sealed in the database', async () => {
    rig = await startUsersRig();
    const { keys } = await rig.publicKeys();
    expect(keys).toHaveLength(1);
    expect(Object.keys(keys[0] ?? {}).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x']);
    const [row] = await rig.prisma.signingKey.findMany();
    expect(row?.privateKey).toMatch(/^test\.[\w-]+$/);
    // A JSON Web Key has its private part in "d" (RFC 8037, section 2).
    expect(JSON.stringify(row)).not.toContain('"d"');
  });
});
