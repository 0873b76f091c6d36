import { createHmac, randomUUID } from 'node:crypto';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { SpyhopError } from '@spyhop/platform/errors';
import type { KeySource } from '@spyhop/platform/jwks';
import { createLog } from '@spyhop/platform/log';
import { until } from '@spyhop/platform/testkit/until';
import { type JWTPayload, base64url } from 'jose';
import { type Identify, createIdentities } from '../../guard/identity';
import { AUDIENCE, ISSUER, KeyServer, NOW, type TestKey, newKey, tokenBy } from './issuer';

const log = createLog({ name: 'test', level: 'silent' });
const SKEW_MS = 10_000;

let now: number;
let ed: TestKey;
let ec: TestKey;
let rsa: TestKey;

beforeAll(async () => {
  [ed, ec, rsa] = await Promise.all([
    newKey('ed', 'EdDSA'),
    newKey('ec', 'ES256'),
    newKey('rsa', 'RS256'),
  ]);
});
beforeEach(() => {
  now = NOW;
});

const identifyWith = (keys: KeySource): Identify =>
  createIdentities({
    tokens: { keys, issuers: [ISSUER], audiences: [AUDIENCE], skewMs: SKEW_MS },
    apiKeys: null,
    isRevoked: () => false,
    clock: () => now,
    log,
  });

const local = (...keys: TestKey[]): KeySource => ({ keys: keys.map(({ publicJwk }) => publicJwk) });

const bearer = (token: string): { authorization: string } => ({ authorization: `Bearer ${token}` });

const code = (value: string) => ({ extensions: { code: value } });
const refusedToken = {
  message: 'The token is not accepted, or no longer; sign in again or refresh it.',
  ...code('UNAUTHENTICATED'),
};

describe('a token', () => {
  it.each(['EdDSA', 'ES256', 'RS256'])('signed with %s says who asks', async (alg) => {
    const key = [ed, ec, rsa].find((candidate) => candidate.alg === alg) ?? ed;
    const token = await tokenBy(key, { scope: 'prices:read alerts:write', roles: ['admin'] });
    expect(await identifyWith(local(ed, ec, rsa))(bearer(token))).toMatchObject({
      subject: 'ann',
      scopes: new Set(['prices:read', 'alerts:write']),
      roles: new Set(['admin']),
      claims: { iss: ISSUER, aud: AUDIENCE },
      expiresAt: NOW + 900_000 + SKEW_MS,
    });
  });

  it.each([
    [{ scp: ['a', 'b'] }, ['a', 'b']],
    [{ scp: 'a b' }, ['a', 'b']],
    [{ scope: 'a', scp: ['b'] }, ['a']],
    [{ scope: { a: true } }, []],
    [{}, []],
  ])('with %j has the scopes %j', async (claims, scopes) => {
    const identity = await identifyWith(local(ed))(bearer(await tokenBy(ed, claims as JWTPayload)));
    expect([...(identity?.scopes ?? [])]).toEqual(scopes);
  });

  it.each<[string, JWTPayload]>([
    ['that has expired', { exp: (NOW - SKEW_MS) / 1_000 }],
    ['that is not valid yet', { nbf: (NOW + SKEW_MS) / 1_000 + 1 }],
    ['of another issuer', { iss: 'https://elsewhere.example' }],
    ['for another audience', { aud: 'https://other.example' }],
    ['without an audience', { aud: undefined }],
    ['without an end', { exp: undefined }],
    ['of nobody', { sub: undefined }],
  ])('%s is refused, without saying why', async (_, claims) => {
    const token = await tokenBy(ed, claims);
    await expect(identifyWith(local(ed))(bearer(token))).rejects.toMatchObject(refusedToken);
  });

  it.each<[string, JWTPayload]>([
    ['that has just expired', { exp: NOW / 1_000 - 9 }],
    ['that will be valid in a moment', { nbf: NOW / 1_000 + 9 }],
  ])('%s is accepted within the clock skew', async (_, claims) => {
    expect(await identifyWith(local(ed))(bearer(await tokenBy(ed, claims)))).not.toBeNull();
  });

  it('without a signature is refused', async () => {
    const header = base64url.encode(JSON.stringify({ alg: 'none' }));
    const [, payload] = (await tokenBy(ed)).split('.');
    await expect(identifyWith(local(ed))(bearer(`${header}.${payload}.`))).rejects.toMatchObject(
      code('UNAUTHENTICATED'),
    );
  });

  it.each(['HS256', 'RS256'])(
    'whose HMAC is made of the public key is refused as %s',
    async (alg) => {
      const header = base64url.encode(JSON.stringify({ alg, kid: 'rsa' }));
      const [, payload] = (await tokenBy(rsa)).split('.');
      const body = `${header}.${payload}`;
      const forged = createHmac('sha256', JSON.stringify(rsa.publicJwk)).update(body).digest();
      await expect(
        identifyWith(local(rsa))(bearer(`${body}.${forged.toString('base64url')}`)),
      ).rejects.toMatchObject(refusedToken);
    },
  );

  it('signed with a shared secret that lies among the keys is refused', async () => {
    const secret = Buffer.from('a secret that should not be there at all');
    const keys = { keys: [{ kty: 'oct', k: secret.toString('base64url'), kid: 'shared' }] };
    const header = base64url.encode(JSON.stringify({ alg: 'HS256', kid: 'shared' }));
    const [, payload] = (await tokenBy(ed)).split('.');
    const mac = createHmac('sha256', secret).update(`${header}.${payload}`).digest('base64url');
    await expect(identifyWith(keys)(bearer(`${header}.${payload}.${mac}`))).rejects.toMatchObject(
      refusedToken,
    );
  });

  it("signed by a stranger under a known key's id is refused", async () => {
    const stranger = await newKey('ed', 'EdDSA');
    await expect(identifyWith(local(ed))(bearer(await tokenBy(stranger)))).rejects.toMatchObject(
      refusedToken,
    );
  });

  it('with another payload under a good signature is refused', async () => {
    const [header, , signature] = (await tokenBy(ed)).split('.');
    const [, payload] = (await tokenBy(ed, { sub: 'eve' })).split('.');
    await expect(
      identifyWith(local(ed))(bearer(`${header}.${payload}.${signature}`)),
    ).rejects.toMatchObject(refusedToken);
  });

  it('that was accepted is refused once its time is over', async () => {
    const identify = identifyWith(local(ed));
    const token = await tokenBy(ed, { exp: NOW / 1_000 + 5 });
    expect(await identify(bearer(token))).not.toBeNull();
    now = NOW + 5_000 + SKEW_MS;
    await expect(identify(bearer(token))).rejects.toMatchObject(refusedToken);
  });

  it('leads to the same identity each time', async () => {
    const identify = identifyWith(local(ed));
    const token = await tokenBy(ed);
    expect(await identify(bearer(token))).toBe(await identify(bearer(token)));
  });
});

describe('credentials', () => {
  it('that are not there make a request anonymous', async () => {
    const identify = identifyWith(local(ed));
    for (const source of [{}, null, undefined, { authorization: '' }, { authorization: null }]) {
      expect(await identify(source)).toBeNull();
    }
  });

  it('are found under any case in the payload of connection_init', async () => {
    const token = await tokenBy(ed);
    const identify = identifyWith(local(ed));
    for (const name of ['authorization', 'Authorization', 'AUTHORIZATION']) {
      expect(await identify({ [name]: `bearer ${token}` })).toMatchObject({ subject: 'ann' });
    }
  });

  it.each<[string, object]>([
    ['of another scheme', { authorization: 'Basic YW5uOnNlY3JldA==' }],
    ['without a token', { authorization: 'Bearer' }],
    ['with two tokens', { authorization: 'Bearer a b' }],
    ['that are no token', { authorization: 'Bearer not-a-token' }],
    ['of 20,000 characters', { authorization: `Bearer ${'x'.repeat(20_000)}` }],
    ['that are not even text', { authorization: { token: 'x' } }],
    ['that are a number', { apiKey: 17 }],
    ['that nobody here can verify', { authorization: 'ApiKey unknown' }],
    ['that nobody here can verify, in a header of their own', { 'x-api-key': 'unknown' }],
  ])('%s are refused, never ignored', async (_, source) => {
    const refused = identifyWith(local(ed))(source as Record<string, unknown>);
    await expect(refused).rejects.toMatchObject(code('UNAUTHENTICATED'));
  });

  it('of two kinds at a time are refused', async () => {
    const source = { ...bearer(await tokenBy(ed)), 'x-api-key': 'key' };
    await expect(identifyWith(local(ed))(source)).rejects.toMatchObject({
      message: 'Send either one token or one key, not several.',
      ...code('UNAUTHENTICATED'),
    });
  });
});

describe('keys at an address', () => {
  let server: KeyServer;
  beforeEach(async () => {
    server = await KeyServer.start();
  });
  afterEach(() => server.stop());

  it('are fetched once for many tokens', async () => {
    server.keys = [ed.publicJwk];
    const identify = identifyWith({ url: server.url });
    const tokens = await Promise.all(['a', 'b', 'c'].map((sub) => tokenBy(ed, { sub })));
    const identities = await Promise.all(tokens.map((token) => identify(bearer(token))));
    expect(identities.map((identity) => identity?.subject)).toEqual(['a', 'b', 'c']);
    expect(server.fetches).toBe(1);
  });

  it('are fetched again for a key that was not known', async () => {
    server.keys = [ed.publicJwk];
    const identify = identifyWith({ url: server.url, cooldownMs: 0 });
    await identify(bearer(await tokenBy(ed)));
    const rotated = await newKey('rotated', 'ES256');
    server.keys = [rotated.publicJwk];
    expect(await identify(bearer(await tokenBy(rotated)))).toMatchObject({ subject: 'ann' });
    expect(server.fetches).toBe(2);
  });

  it('are not fetched for every unknown key that strangers make up', async () => {
    server.keys = [ed.publicJwk];
    const identify = identifyWith({ url: server.url });
    for (const kid of ['a', 'b', 'c']) {
      const token = await tokenBy(ed, {}, { kid });
      await expect(identify(bearer(token))).rejects.toMatchObject(refusedToken);
    }
    expect(server.fetches).toBe(1);
  });

  it.each(['down', 'html'] as const)(
    'that cannot be had (%s) are reported as such, and had when they are back',
    async (state) => {
      server.keys = [ed.publicJwk];
      server.state = state;
      const identify = identifyWith({ url: server.url });
      const token = bearer(await tokenBy(ed));
      await expect(identify(token)).rejects.toMatchObject(code('UPSTREAM_UNAVAILABLE'));
      await expect(identify(token)).rejects.toMatchObject(code('UPSTREAM_UNAVAILABLE'));
      // Not asked again at once.
      expect(server.fetches).toBe(1);
      server.state = 'up';
      await until(async () => (await outcomeOf(identify(token))) === 'accepted');
    },
  );

  it('serve on while new ones cannot be had, and no longer than they are kept', async () => {
    server.keys = [ed.publicJwk];
    const identify = identifyWith({ url: server.url, refreshMs: 0, keepMs: 2_000 });
    await identify(bearer(await tokenBy(ed)));
    server.state = 'down';
    expect(await identify(bearer(await tokenBy(ed, { sub: 'bob' })))).not.toBeNull();
    await until(() => server.fetches === 2);
    await until(async () => (await askAsSomeone(identify, ed)) === 'UPSTREAM_UNAVAILABLE');
  });

  it('that are withdrawn no longer serve after the next fetch', async () => {
    server.keys = [ed.publicJwk, ec.publicJwk];
    const identify = identifyWith({ url: server.url, refreshMs: 0 });
    await identify(bearer(await tokenBy(ec)));
    server.keys = [ed.publicJwk];
    await until(async () => (await askAsSomeone(identify, ec)) === 'UNAUTHENTICATED');
    expect(await askAsSomeone(identify, ed)).toBe('accepted');
  });
});

async function outcomeOf(asked: Promise<unknown>): Promise<unknown> {
  try {
    await asked;
    return 'accepted';
  } catch (err) {
    return (err as SpyhopError).code;
  }
}

/** With a token that was not seen before. */
const askAsSomeone = async (identify: Identify, key: TestKey): Promise<unknown> =>
  outcomeOf(identify(bearer(await tokenBy(key, { jti: randomUUID() }))));
