import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { digestOfDisclosure } from '@spyhop/platform/disclosed';
import { createLog } from '@spyhop/platform/log';
import { createSignedIdentityReader } from '@spyhop/platform/signed-identity';
import { type CryptoKey, SignJWT, createLocalJWKSet, jwtVerify } from 'jose';
import type { Identity } from '../../guard/identity';
import { type IdentitySigner, createIdentitySigner } from '../../guard/signed-identity';
import { NOW, newKey } from './issuer';

const log = createLog({ name: 'test', level: 'silent' });
const HEADER = 'x-router-identity';
const ASKED = '{"query":"{ position }"}';
const MOST_TOGETHER = 32;
/** What Node's and most other servers take of headers in all. */
const HEADERS_BYTES = 8_192;

let now: number;
let signer: IdentitySigner;
const clock = () => now;

const person = (subject: string): Identity => ({
  subject,
  scopes: new Set(['prices:read']),
  roles: new Set(['admin']),
  claims: { sub: subject, tenant: 'blue', aud: 'the client', req_sha256: 'the client’s' },
  expiresAt: NOW + 900_000,
});
const [ann, bob] = [person('ann'), person('bob')];

const newSigner = (): Promise<IdentitySigner> =>
  createIdentitySigner({
    key: null,
    claims: ['tenant', 'aud', 'req_sha256'],
    together: true,
    clock,
  });

beforeEach(async () => {
  now = NOW;
  signer = await newSigner();
});

const readerOf = (subgraph: string) => {
  const read = createSignedIdentityReader({ keys: signer.publicKeys, subgraph, clock, log });
  return (value: string, asked = ASKED) => read({ [HEADER]: value }, () => asked);
};

/** What is told with requests that are sent at the same time. */
const together = (...requests: Parameters<IdentitySigner['prepare']>[]): string[] =>
  requests.map((request) => signer.prepare(...request)).map((signed) => signed());

const signatureOf = (value: string): string => value.split('~')[0] ?? '';
const disclosureOf = (value: string): string => value.split('~')[1] ?? '';

const fromRouterOnly = {
  message: 'Only the router may ask here; send the request to the router.',
  extensions: { code: 'UNAUTHENTICATED' },
};

describe('identities that are told at the same time', () => {
  it('share a signature, and each subgraph reads who asks of it, and nobody else', async () => {
    const [first = '', second = '', third = ''] = together(
      [ann, 'prices', ASKED],
      [bob, 'prices', `${ASKED} `],
      [bob, 'alerts', ASKED],
    );
    expect(new Set([first, second, third].map(signatureOf)).size).toBe(1);
    const prices = readerOf('prices');
    const identity = await prices(first);
    expect(identity).toMatchObject({ subject: 'ann', scopes: ann.scopes, roles: ann.roles });
    expect(identity?.claims['tenant']).toBe('blue');
    expect(await prices(second, `${ASKED} `)).toMatchObject({ subject: 'bob' });
    expect(await readerOf('alerts')(third)).toMatchObject({ subject: 'bob' });
  });

  it('are read also where they come at the same time', async () => {
    const people = Array.from({ length: 20 }, (_, n) => `person ${n}`);
    const told = together(
      ...people.map((who) => [person(who), 'prices', ASKED] as [Identity, string, string]),
    );
    const read = readerOf('prices');
    const identities = await Promise.all(told.map((value) => read(value)));
    expect(identities.map((identity) => identity?.subject)).toEqual(people);
  });

  it('are each good for what was asked, of the subgraph that was asked, alone', async () => {
    const [value = ''] = together([ann, 'prices', ASKED], [bob, 'prices', 'other']);
    const read = readerOf('prices');
    for (const other of ['other', `${ASKED} `, '']) {
      await expect(read(value, other)).rejects.toMatchObject(fromRouterOnly);
    }
    await expect(readerOf('alerts')(value)).rejects.toMatchObject(fromRouterOnly);
    expect(await read(value)).toMatchObject({ subject: 'ann' });
  });

  it('last 10 seconds, also where the signature was accepted before', async () => {
    const [value = ''] = together([ann, 'prices', ASKED]);
    const { payload } = await jwtVerify(signatureOf(value), createLocalJWKSet(signer.publicKeys), {
      issuer: 'router',
      typ: 'router-identity+sd-jwt',
      currentDate: new Date(NOW),
    });
    expect([payload.iat, payload.exp]).toEqual([NOW / 1_000, NOW / 1_000 + 10]);
    const read = readerOf('prices');
    now = NOW + 14_000;
    expect(await read(value)).toMatchObject({ subject: 'ann' });
    now = NOW + 15_000;
    await expect(read(value)).rejects.toMatchObject(fromRouterOnly);
  });

  it('are disclosed as RFC 9901 says, and only to whom they are told', async () => {
    const [first = '', second = ''] = together([ann, 'prices', ASKED], [ann, 'prices', ASKED]);
    const [, encoded = ''] = signatureOf(first).split('.');
    const payload = JSON.parse(Buffer.from(encoded, 'base64url').toString()) as { _sd: string[] };
    const digests = [first, second].map((value) =>
      createHash('sha256').update(disclosureOf(value)).digest('base64url'),
    );
    expect(payload).toEqual({
      iss: 'router',
      iat: expect.any(Number),
      exp: expect.any(Number),
      _sd: digests,
    });
    const [salt, name, said] = JSON.parse(
      Buffer.from(disclosureOf(first), 'base64url').toString(),
    ) as [string, string, object];
    expect(Buffer.from(salt, 'base64url')).toHaveLength(16);
    expect([name, said]).toEqual([
      'request',
      {
        ...{ sub: 'ann', scope: 'prices:read', roles: ['admin'], tenant: 'blue', aud: 'prices' },
        req_sha256: createHash('sha256').update(ASKED).digest('base64url'),
      },
    ]);
    // Equal statements look unlike, so that nobody can tell what else was said by guessing it.
    expect(digests[0]).not.toBe(digests[1]);
  });

  it('have the digest that RFC 9901 shows for its example', () => {
    // Section 4.2.3.
    const disclosure = 'WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0';
    expect(digestOfDisclosure(disclosure)).toBe('X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0');
  });

  it('are signed for whom is told by then, and anew for who comes later', async () => {
    const [first, second] = [ann, bob].map((who) => signer.prepare(who, 'prices', ASKED));
    const early = [first?.() ?? '', second?.() ?? ''];
    now = NOW + 5_000;
    const late = signer.sign(ann, 'prices', ASKED);
    expect(signatureOf(early[0] ?? '')).toBe(signatureOf(early[1] ?? ''));
    expect(signatureOf(late)).not.toBe(signatureOf(early[0] ?? ''));
    expect(await readerOf('prices')(late)).toMatchObject({ subject: 'ann' });
  });

  it('are so few that what is sent fits into headers', async () => {
    const requests = Array.from(
      { length: MOST_TOGETHER + 1 },
      () => [ann, 'prices', ASKED] as const,
    );
    const told = together(...requests.map((each) => [...each] as [Identity, string, string]));
    expect(new Set(told.map(signatureOf)).size).toBe(2);
    for (const value of told) expect(value.length).toBeLessThan(HEADERS_BYTES / 2);
    expect(await readerOf('prices')(told[MOST_TOGETHER] ?? '')).toMatchObject({ subject: 'ann' });
  });
});

describe('a shared signature', () => {
  it('says nothing of nobody by itself', async () => {
    const [value = ''] = together([ann, 'prices', ASKED]);
    const jwt = signatureOf(value);
    const read = readerOf('prices');
    for (const stripped of [jwt, `${jwt}~`, `${jwt}~~`, '~~']) {
      await expect(read(stripped)).rejects.toMatchObject(fromRouterOnly);
    }
  });

  it('is refused with what it was not made for', async () => {
    const [mine = ''] = together([ann, 'prices', ASKED]);
    const [others = ''] = together([bob, 'prices', ASKED]);
    const made = Buffer.from(
      JSON.stringify(['c2FsdA', 'request', { sub: 'admin', aud: 'prices' }]),
    ).toString('base64url');
    const read = readerOf('prices');
    for (const disclosure of [disclosureOf(others), made, 'x', `${disclosureOf(mine)}A`]) {
      const forged = `${signatureOf(mine)}~${disclosure}~`;
      await expect(read(forged)).rejects.toMatchObject(fromRouterOnly);
    }
    const two = `${signatureOf(mine)}~${disclosureOf(mine)}~${disclosureOf(others)}~`;
    await expect(read(two)).rejects.toMatchObject(fromRouterOnly);
    expect(await read(mine)).toMatchObject({ subject: 'ann' });
  });

  it('of another router is refused', async () => {
    const read = readerOf('prices');
    const other = await newSigner();
    const told = other.sign(ann, 'prices', ASKED);
    await expect(read(told)).rejects.toMatchObject(fromRouterOnly);
  });

  it('is none that another token of the same key could pass for', async () => {
    const key = await newKey('shared', 'EdDSA');
    const read = createSignedIdentityReader({
      ...{ keys: { keys: [key.publicJwk] }, subgraph: 'prices', clock, log },
    });
    const req_sha256 = createHash('sha256').update(ASKED).digest('base64url');
    const disclosure = (said: object): string =>
      Buffer.from(JSON.stringify(['c2FsdA', 'request', said])).toString('base64url');
    const sound = { sub: 'ann', aud: 'prices', req_sha256 };
    const ask = async (said: object, typ = 'router-identity+sd-jwt', iss = 'router') => {
      const shown = disclosure(said);
      const _sd = [createHash('sha256').update(shown).digest('base64url')];
      const jwt = await signedBy(key.privateKey, { _sd }, { typ, iss });
      return read({ [HEADER]: `${jwt}~${shown}~` }, () => ASKED);
    };
    expect(await ask(sound)).toMatchObject({ subject: 'ann' });
    for (const typ of ['JWT', 'router-identity+jwt', 'sd-jwt']) {
      await expect(ask(sound, typ)).rejects.toMatchObject(fromRouterOnly);
    }
    await expect(ask(sound, undefined, 'users')).rejects.toMatchObject(fromRouterOnly);
    const { sub: _sub, ...nobody } = sound;
    const { req_sha256: _digest, ...unbound } = sound;
    for (const said of [nobody, unbound, { ...sound, aud: ['prices'] }]) {
      await expect(ask(said)).rejects.toMatchObject(fromRouterOnly);
    }
  });
});

const signedBy = (
  key: CryptoKey,
  payload: Record<string, unknown>,
  { typ, iss }: { typ: string; iss: string },
): Promise<string> =>
  new SignJWT({ ...payload, iss, exp: NOW / 1_000 + 10 })
    .setProtectedHeader({ alg: 'EdDSA', kid: 'shared', typ })
    .sign(key);
