import type { KeyObject } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ownTimeOf } from '@spyhop/platform/testkit/own-time';
import { until } from '@spyhop/platform/testkit/until';
import {
  type CryptoKey,
  type JWTPayload,
  SignJWT,
  UnsecuredJWT,
  decodeJwt,
  decodeProtectedHeader,
  generateKeyPair,
} from 'jose';
import { type RoutedRig, startRouted } from './behind-router';
import { PASSWORD, REFRESH, REGISTER, SIGN_IN, SIGN_OUT, VERIFY_EMAIL } from './kit';

let routed: RoutedRig;
let people = 0;
beforeAll(async () => {
  routed = await startRouted();
});
afterAll(() => routed?.stop());

const ME = '{ me { id email } }';
const MINUTE = 60_000;
const COOKIE = '__Host-spyhop-refresh';

interface Person {
  email: string;
  token: string;
  refreshToken: string;
}

async function signUp(): Promise<Person> {
  const email = `r${(people += 1)}@example.org`;
  const register = { email, password: PASSWORD, displayName: 'Ann' };
  await routed.ask({ query: REGISTER, variables: { input: register } });
  const { token } = await routed.rig.mailbox.next(email);
  await routed.ask({ query: VERIFY_EMAIL, variables: { token } });
  return { email, ...(await signIn(email)) };
}

async function signIn(email: string): Promise<{ token: string; refreshToken: string }> {
  const input = { email, password: PASSWORD, delivery: 'BODY' };
  const { data } = await routed.ask({ query: SIGN_IN, variables: { input } });
  const { accessToken: token, refreshToken } = data?.['signIn'] as Record<string, string>;
  return { token: token ?? '', refreshToken: refreshToken ?? '' };
}

const me = (token: string) => routed.ask({ query: ME, token });

describe('a field that the router keeps from somebody', () => {
  it('is in the audit log, with who asked, in which session and from where', async () => {
    const person = await signUp();
    const { sub, sid } = decodeJwt(person.token);
    const users = '{ users { edges { node { id } } } }';
    expect((await routed.ask({ query: users, token: person.token })).codes).toEqual(['FORBIDDEN']);
    const denied = () =>
      routed.rig.prisma.auditEntry.findMany({ where: { kind: 'ACCESS_DENIED' } });
    await until(async () => (await denied()).length > 0);
    expect(await denied()).toMatchObject([
      {
        ...{ actor: sub, subject: sub, sessionId: sid, address: '127.0.0.1' },
        details: { field: 'Query.users', by: 'router' },
      },
    ]);
  });
});

describe('an access token at the router', () => {
  let person: Person;
  let claims: JWTPayload;
  beforeAll(async () => {
    person = await signUp();
    claims = decodeJwt(person.token);
  });
  beforeEach(() => {
    routed.rig.now = Date.now();
  });
  afterEach(() => {
    routed.rig.now = Date.now();
  });

  const forged = async (
    key: CryptoKey | KeyObject | Uint8Array,
    changed: JWTPayload = {},
    alg = 'EdDSA',
  ) =>
    new SignJWT({ ...claims, ...changed })
      .setProtectedHeader({ ...decodeProtectedHeader(person.token), alg })
      .sign(key);

  it('opens what is its owner’s', async () => {
    const { data, codes } = await me(person.token);
    expect([data, codes]).toEqual([{ me: { id: claims.sub, email: person.email } }, []]);
  });

  it('is refused when it is signed by another key, or not at all', async () => {
    const { privateKey } = await generateKeyPair('EdDSA');
    const unsigned = new UnsecuredJWT(claims).encode();
    const [header, , signature] = person.token.split('.');
    const payload = Buffer.from(JSON.stringify({ ...claims, roles: ['ADMIN'] }));
    const changed = [header, payload.toString('base64url'), signature].join('.');
    for (const token of [await forged(privateKey), unsigned, changed, `${person.token}x`]) {
      expect((await me(token)).codes).toEqual(['UNAUTHENTICATED']);
    }
  });

  it('is refused when the public key is used as a shared secret (key confusion)', async () => {
    const { keys } = await routed.rig.publicKeys();
    const secrets = [keys[0]?.x ?? '', JSON.stringify(keys[0])];
    for (const secret of secrets) {
      const token = await forged(new TextEncoder().encode(secret.padEnd(32)), {}, 'HS256');
      expect((await me(token)).codes).toEqual(['UNAUTHENTICATED']);
    }
  });

  it('is refused when it has expired, and when it comes from the future', async () => {
    for (const [moved, codes] of [
      [-16 * MINUTE, ['UNAUTHENTICATED']],
      [-14 * MINUTE, []],
      [MINUTE, ['UNAUTHENTICATED']],
    ] as const) {
      routed.rig.now = Date.now() + moved;
      const { token } = await signIn(person.email);
      expect((await me(token)).codes).toEqual(codes);
    }
  });

  it('is refused when it is for somebody else, of somebody else, or never ends', async () => {
    const [key] = await routed.rig.signingKeyStore.load(routed.rig.now);
    const ours = key?.privateKey as KeyObject;
    expect((await me(await forged(ours))).codes).toEqual([]);
    for (const changed of [
      { aud: 'other' },
      { aud: undefined },
      { iss: 'other' },
      { iss: undefined },
      { sub: undefined },
      { exp: undefined },
    ]) {
      expect((await me(await forged(ours, changed))).codes).toEqual(['UNAUTHENTICATED']);
    }
  });

  it('is not what renews it: a refresh token opens nothing', async () => {
    expect((await me(person.refreshToken)).codes).toEqual(['UNAUTHENTICATED']);
  });

  it('is refused within a second of signing out, and so is what it is renewed with', async () => {
    const leaving = await signUp();
    const { data } = await routed.ask({ query: SIGN_OUT, token: leaving.token });
    expect(data).toEqual({ signOut: true });
    const isRefused = async () => (await me(leaving.token)).codes.length > 0;
    expect(await ownTimeOf(() => until(isRefused))).toBeLessThan(1_000);
    const variables = { refreshToken: leaving.refreshToken };
    expect((await routed.ask({ query: REFRESH, variables })).codes).toEqual(['SESSION_ENDED']);
    expect((await me(person.token)).codes).toEqual([]);
  });

  it('is not needed for what is open to all, and nobody is told who somebody is', async () => {
    const { data, codes } = await routed.ask({ query: ME });
    expect([data, codes]).toEqual([null, ['UNAUTHENTICATED']]);
  });
});

describe('the cookie', () => {
  it('goes out, comes back and is replaced through the router', async () => {
    const { email } = await signUp();
    const signed = await routed.ask({
      query: SIGN_IN,
      variables: { input: { email, password: PASSWORD } },
    });
    const cookieOf = (headers: Headers): string =>
      headers.getSetCookie().find((each) => each.startsWith(COOKIE)) ?? '';
    const first = cookieOf(signed.headers);
    expect(first).toMatch(/HttpOnly; Secure; SameSite=Strict$/);
    const cookie = first.split(';')[0] ?? '';
    const renewed = await routed.ask({ query: REFRESH, headers: { cookie } });
    expect(renewed.codes).toEqual([]);
    expect(cookieOf(renewed.headers)).not.toBe(first);
  });

  it('does nothing for a page of another origin (CSRF)', async () => {
    const { refreshToken } = await signUp();
    const cookie = `${COOKIE}=${refreshToken}`;
    const body = JSON.stringify({ query: REFRESH });
    const origin = 'https://evil.example';
    // What a page can send without asking first:
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
      const headers = { 'content-type': type, cookie, origin };
      const response = await fetch(routed.url, { method: 'POST', headers, body });
      expect([400, 415]).toContain(response.status);
      expect(response.headers.getSetCookie()).toEqual([]);
    }
    const get = await fetch(`${routed.url}?query=${encodeURIComponent(REFRESH)}`, {
      headers: { cookie, origin, 'apollo-require-preflight': '1' },
    });
    expect(get.headers.getSetCookie()).toEqual([]);
    // What it must ask for is not allowed:
    const preflight = await fetch(routed.url, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type',
      },
    });
    expect(preflight.headers.get('access-control-allow-origin')).toBeNull();
    expect(preflight.headers.get('access-control-allow-credentials')).toBeNull();
    // And where a browser tells, it is not even looked at.
    const told = await routed.ask({
      query: REFRESH,
      headers: { cookie, 'sec-fetch-site': 'same-site' },
    });
    expect(told.codes).toEqual(['SESSION_ENDED']);
    const refreshed = await routed.ask({ query: REFRESH, headers: { cookie } });
    expect(refreshed.codes).toEqual([]);
  });

  it('is not handed to another subgraph’s answer, nor kept with anybody’s', async () => {
    const { email } = await signUp();
    const signed = await routed.ask({
      query: SIGN_IN,
      variables: { input: { email, password: PASSWORD } },
    });
    expect(signed.headers.get('cache-control') ?? 'no-store').toMatch(/no-store/);
  });
});

describe('what clients say of themselves', () => {
  it('is their address as the router sees it, whatever they claim', async () => {
    const { token } = await signUp();
    const claims = { 'x-client-address': '6.6.6.6', 'x-forwarded-for': '6.6.6.6' };
    const query = '{ me { sessions { edges { node { address device } } } } }';
    const { email } = (await me(token)).data?.['me'] as { email: string };
    await routed.ask({
      query: SIGN_IN,
      variables: { input: { email, password: PASSWORD } },
      headers: { ...claims, 'user-agent': 'curl/8.5.0' },
    });
    const { data } = await routed.ask({ query, token, headers: claims });
    expect(JSON.stringify(data)).toContain('{"address":"127.0.0.1","device":"curl"}');
    expect(JSON.stringify(data)).not.toContain('6.6.6.6');
  });
});
