import { beforeEach, describe, expect, it } from '@jest/globals';
import { createLog } from '@spyhop/platform/log';
import { createSignedIdentityReader } from '@spyhop/platform/signed-identity';
import { decodeJwt } from 'jose';
import type { Identity } from '../../guard/identity';
import { type IdentitySigner, createIdentitySigner } from '../../guard/signed-identity';
import { NOW, newKey, tokenBy } from './issuer';

const log = createLog({ name: 'test', level: 'silent' });
const HEADER = 'x-router-identity';

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
    const identity = await readerOf('prices')({ [HEADER]: await signer.sign(ann, 'prices') });
    expect(identity).toMatchObject({ subject: 'ann', scopes: ann.scopes, roles: ann.roles });
    expect(identity?.claims['tenant']).toBe('blue');
    expect(identity?.claims).not.toHaveProperty('email');
  });

  it('tells the subgraph that nobody is signed in', async () => {
    const headers = { [HEADER]: await signer.sign(null, 'prices') };
    expect(await readerOf('prices')(headers)).toBeNull();
  });

  it('lasts 30 seconds', async () => {
    const { iat, exp } = decodeJwt(await signer.sign(ann, 'prices'));
    expect([iat, exp]).toEqual([NOW / 1_000, NOW / 1_000 + 30]);
  });

  it('is signed once for many requests, and anew before it ends', async () => {
    const first = await signer.sign(ann, 'prices');
    now += 24_000;
    expect(await signer.sign(ann, 'prices')).toBe(first);
    now += 1_000;
    const second = await signer.sign(ann, 'prices');
    expect(decodeJwt(second).exp).toBe(NOW / 1_000 + 55);
  });

  it('is not shared between identities or subgraphs', async () => {
    const signed = await Promise.all([
      signer.sign(ann, 'prices'),
      signer.sign({ ...ann, scopes: new Set() }, 'prices'),
      signer.sign(ann, 'alerts'),
      signer.sign(null, 'prices'),
    ]);
    expect(new Set(signed).size).toBe(4);
  });

  it.each([undefined, '', 'x', ['a', 'b']])(
    'that is missing or no signature (%j) is refused',
    async (value) => {
      await expect(readerOf('prices')({ [HEADER]: value })).rejects.toMatchObject(fromRouterOnly);
    },
  );

  it('for another subgraph is refused', async () => {
    const headers = { [HEADER]: await signer.sign(ann, 'alerts') };
    await expect(readerOf('prices')(headers)).rejects.toMatchObject(fromRouterOnly);
  });

  it('of another router is refused', async () => {
    const other = await createIdentitySigner({ key: null, clock });
    const headers = { [HEADER]: await other.sign(ann, 'prices') };
    await expect(readerOf('prices')(headers)).rejects.toMatchObject(fromRouterOnly);
  });

  it.each([ann, null])(
    'that is over is refused, also where it was accepted before',
    async (who) => {
      const headers = { [HEADER]: await signer.sign(who, 'prices') };
      const read = readerOf('prices');
      await read(headers);
      now = NOW + 35_000;
      await expect(read(headers)).rejects.toMatchObject(fromRouterOnly);
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
    const token = await tokenBy(key, { iss: 'router', aud: 'prices' });
    await expect(read({ [HEADER]: token })).rejects.toMatchObject(fromRouterOnly);
    const typed = await tokenBy(
      key,
      { iss: 'router', aud: 'prices' },
      { typ: 'router-identity+jwt' },
    );
    expect(await read({ [HEADER]: typed })).toMatchObject({ subject: 'ann' });
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
