import { beforeEach, describe, expect, it } from '@jest/globals';
import { createLog } from '@spyhop/platform/log';
import { createSignedIdentityReader, digestOf } from '@spyhop/platform/signed-identity';
import { createLocalJWKSet, decodeJwt, jwtVerify } from 'jose';
import type { Identity } from '../../guard/identity';
import { type IdentitySigner, createIdentitySigner } from '../../guard/signed-identity';
import { NOW, newKey, tokenBy } from './issuer';

const log = createLog({ name: 'test', level: 'silent' });
const HEADER = 'x-router-identity';
const ASKED = '{"query":"{ position }"}';
const asked = (): string => ASKED;

let now: number;
let signer: IdentitySigner;
const clock = () => now;

const ann: Identity = {
  subject: 'ann',
  scopes: new Set(['prices:read', 'alerts:write']),
  roles: new Set(['admin', 'market maker']),
  claims: { sub: 'ann', tenant: 'blue', email: 'ann@example.org' },
  expiresAt: NOW + 900_000,
};

beforeEach(async () => {
  now = NOW;
  signer = await createIdentitySigner({ key: null, claims: ['tenant'], clock });
});

const readerOf = (subgraph: string, by = signer) =>
  createSignedIdentityReader({ keys: by.publicKeys, subgraph, clock, log });

const fromRouterOnly = {
  message: 'Only the router may ask here; send the request to the router.',
  extensions: { code: 'UNAUTHENTICATED' },
};

describe('a signed identity', () => {
  it('tells the subgraph who asks, with the claims it is to have and no others', async () => {
    const identity = await readerOf('prices')(
      { [HEADER]: signer.sign(ann, 'prices', ASKED) },
      asked,
    );
    expect(identity).toMatchObject({ subject: 'ann', scopes: ann.scopes, roles: ann.roles });
    expect(identity?.claims['tenant']).toBe('blue');
    expect(identity?.claims).not.toHaveProperty('email');
  });

  it('tells the subgraph that nobody is signed in', async () => {
    const headers = { [HEADER]: signer.sign(null, 'prices', ASKED) };
    expect(await readerOf('prices')(headers, asked)).toBeNull();
  });

  it('lasts 10 seconds', () => {
    const { iat, exp } = decodeJwt(signer.sign(ann, 'prices', ASKED));
    expect([iat, exp]).toEqual([NOW / 1_000, NOW / 1_000 + 10]);
  });

  it('of nobody is signed once for many requests, and anew before it ends', () => {
    const first = signer.sign(null, 'prices', ASKED);
    now += 24_000;
    expect(signer.sign(null, 'prices', 'something else')).toBe(first);
    now += 1_000;
    const second = signer.sign(null, 'prices', ASKED);
    expect(decodeJwt(second).exp).toBe(NOW / 1_000 + 55);
  });

  it('is not shared between identities, subgraphs or requests', () => {
    const signed = [
      signer.sign(ann, 'prices', ASKED),
      signer.sign(ann, 'prices', `${ASKED} `),
      signer.sign({ ...ann, scopes: new Set() }, 'prices', ASKED),
      signer.sign(ann, 'alerts', ASKED),
      signer.sign(null, 'prices', ASKED),
    ];
    expect(new Set(signed).size).toBe(5);
  });

  it('is good for what it was signed for, and for nothing else', async () => {
    const headers = { [HEADER]: signer.sign(ann, 'prices', ASKED) };
    const read = readerOf('prices');
    expect(await read(headers, asked)).toMatchObject({ subject: 'ann' });
    for (const other of ['mutation { sell }', `${ASKED} `, '', undefined]) {
      await expect(read(headers, () => other)).rejects.toMatchObject(fromRouterOnly);
    }
    expect(await read(headers, asked)).toMatchObject({ subject: 'ann' });
  });

  it('carries the SHA-256 of what it was signed for', () => {
    // FIPS 180-2, appendix B.1.
    const abc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
    const { req_sha256: digest } = decodeJwt(signer.sign(ann, 'prices', 'abc'));
    expect(Buffer.from(String(digest), 'base64url').toString('hex')).toBe(abc);
  });

  it('without a digest is refused, also by its own key', async () => {
    const key = await newKey('shared', 'EdDSA');
    const keys = { keys: [key.publicJwk] };
    const read = createSignedIdentityReader({ keys, subgraph: 'prices', clock, log });
    const typ = 'router-identity+jwt';
    const unbound = await tokenBy(key, { iss: 'router', aud: 'prices' }, { typ });
    await expect(read({ [HEADER]: unbound }, asked)).rejects.toMatchObject(fromRouterOnly);
  });

  it.each([ann, null])('is verified by any library as a JWT (RFC 7519)', async (who) => {
    const { payload } = await jwtVerify(
      signer.sign(who, 'prices', ASKED),
      createLocalJWKSet(signer.publicKeys),
      { issuer: 'router', audience: 'prices', currentDate: new Date(NOW) },
    );
    expect(payload.sub).toBe(who?.subject);
  });

  it.each([undefined, '', 'x', ['a', 'b']])(
    'that is missing or no signature (%j) is refused',
    async (value) => {
      await expect(readerOf('prices')({ [HEADER]: value }, asked)).rejects.toMatchObject(
        fromRouterOnly,
      );
    },
  );

  it('for another subgraph is refused', async () => {
    const headers = { [HEADER]: signer.sign(ann, 'alerts', ASKED) };
    await expect(readerOf('prices')(headers, asked)).rejects.toMatchObject(fromRouterOnly);
  });

  it('of another router is refused', async () => {
    const other = await createIdentitySigner({ key: null, clock });
    const headers = { [HEADER]: other.sign(ann, 'prices', ASKED) };
    await expect(readerOf('prices')(headers, asked)).rejects.toMatchObject(fromRouterOnly);
  });

  it.each([ann, null])(
    'that is over is refused, also where it was accepted before',
    async (who) => {
      const headers = { [HEADER]: signer.sign(who, 'prices', ASKED) };
      const read = readerOf('prices');
      await read(headers, asked);
      now = NOW + 35_000;
      await expect(read(headers, asked)).rejects.toMatchObject(fromRouterOnly);
    },
  );

  it('cannot be replaced by a token that was signed with the same key', async () => {
    const key = await newKey('shared', 'EdDSA');
    const read = createSignedIdentityReader({
      keys: { keys: [key.publicJwk] },
      subgraph: 'prices',
      clock,
      log,
    });
    const token = await tokenBy(key, {
      iss: 'router',
      aud: 'prices',
      req_sha256: digestOf(ASKED),
    });
    await expect(read({ [HEADER]: token }, asked)).rejects.toMatchObject(fromRouterOnly);
    const typed = await tokenBy(
      key,
      { iss: 'router', aud: 'prices', req_sha256: digestOf(ASKED) },
      { typ: 'router-identity+jwt' },
    );
    expect(await read({ [HEADER]: typed }, asked)).toMatchObject({ subject: 'ann' });
  });
});

describe('a signer', () => {
  it('publishes no private part of its key', () => {
    const [key] = signer.publicKeys.keys;
    expect(Object.keys(key ?? {}).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x']);
  });

  it('refuses a key that cannot sign', async () => {
    const { publicJwk } = await newKey('public', 'EdDSA');
    await expect(createIdentitySigner({ key: publicJwk, clock })).rejects.toThrow(
      'private Ed25519 key',
    );
  });

  it('names its header in lower case, as Node names those that come in', async () => {
    const named = await createIdentitySigner({ key: null, header: 'X-Who', clock });
    expect([signer.header, named.header]).toEqual(['x-router-identity', 'x-who']);
  });
});
