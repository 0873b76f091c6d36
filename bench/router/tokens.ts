/*
 * Tokens through the router's whole guard (read, verified, remembered, checked against what is revoked), each
 * one new and one over and over, against bare `jose.jwtVerify` with the key at hand. Per second of one core.
 * Run: npm run bench:router -- tokens
 */
import { Revoked } from '@spyhop/platform/revoked';
import { createIdentities } from '@spyhop/router/guard/identity';
import { createIdentitySigner } from '@spyhop/router/guard/signed-identity';
import { createLog } from '@spyhop/platform/log';
import { createSignedIdentityReader } from '@spyhop/platform/signed-identity';
import { SignJWT, exportJWK, generateKeyPair, jwtVerify } from 'jose';
import { median, report } from '../report.ts';

const TOKENS = Number(process.argv[2] ?? 10_000);
const REPEATED = 200_000;
const ROUNDS = 5;
const AT_A_TIME = 32;
const ISSUER = 'https://issuer.example';
const AUDIENCE = 'https://graph.example';
const log = createLog({ name: 'bench', level: 'silent' });

const { privateKey, publicKey } = await generateKeyPair('EdDSA', { extractable: true });
const publicJwk = { ...(await exportJWK(publicKey)), kid: 'k', alg: 'EdDSA', use: 'sig' };

const sign = (subject: string): Promise<string> =>
  new SignJWT({ sid: subject, scope: 'read:market read:portfolio', roles: ['USER'] })
    .setProtectedHeader({ alg: 'EdDSA', kid: 'k' })
    .setSubject(subject)
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setIssuedAt()
    .setExpirationTime('15m')
    .sign(privateKey);

/** How often that was done per second of processor time, whatever thread it ran in. */
async function perSecond(items: readonly string[], work: (item: string) => Promise<unknown>) {
  const before = process.cpuUsage();
  for (let at = 0; at < items.length; at += AT_A_TIME) {
    await Promise.all(items.slice(at, at + AT_A_TIME).map(work));
  }
  const { user, system } = process.cpuUsage(before);
  return (items.length * 1e6) / (user + system);
}

/** A guard that has seen nothing yet. */
function newGuard(): (token: string) => Promise<unknown> {
  const revoked = new Revoked(Date.now);
  revoked.add({
    keys: [],
    signers: [],
    sessions: ['another'],
    subjects: ['another'],
    at: Date.now(),
    until: Date.now() + 900_000,
  });
  const identify = createIdentities({
    tokens: {
      keys: { keys: [publicJwk] },
      issuers: [ISSUER],
      audiences: [AUDIENCE],
      skewMs: 5_000,
    },
    apiKeys: null,
    isRevoked: (identity) => revoked.has(identity),
    clock: Date.now,
    log,
  });
  return (token) => identify({ host: 'a', accept: '*/*', authorization: `Bearer ${token}` });
}

const bare = (token: string): Promise<unknown> =>
  jwtVerify(token, publicKey, { algorithms: ['EdDSA'], issuer: ISSUER, audience: AUDIENCE });

const tokens = await Promise.all(Array.from({ length: TOKENS }, (_, at) => sign(`user-${at}`)));
const one = Array.from({ length: REPEATED }, () => tokens[0] ?? '');
const rounds: { bare: number; distinct: number; repeated: number }[] = [];
for (let round = 0; round < ROUNDS; round += 1) {
  rounds.push({
    bare: await perSecond(tokens, bare),
    distinct: await perSecond(tokens, newGuard()),
    repeated: await perSecond(one, newGuard()),
  });
}
const of = (what: keyof (typeof rounds)[0]): number => median(rounds.map((round) => round[what]));
const grouped = (rate: number): string => Math.round(rate).toLocaleString('en-US');
console.log(`bare jose.jwtVerify ${grouped(of('bare'))}/s`);
const share = median(rounds.map(({ bare: alone, distinct }) => distinct / alone));
report({
  what: 'tokens that are new, through the whole guard',
  target: '≥ 0.5 × bare jose.jwtVerify',
  measured: `${share.toFixed(2)} × (${grouped(of('distinct'))}/s)`,
  met: share >= 0.5,
});
for (const [what, name] of [
  ['distinct', 'tokens that are new'],
  ['repeated', 'a token that comes again'],
] as const) {
  report({
    what: `${name}, verified in the router`,
    target: '≥ 20,000/s on one core, the key cached',
    measured: `${grouped(of(what))}/s`,
    met: of(what) >= 20_000,
  });
}

const BODY = JSON.stringify({ query: '{ me { id watchlists { name } } }' });
const signer = await createIdentitySigner({ key: null, clock: Date.now });
const ann = {
  subject: 'ann',
  scopes: new Set(['read:market']),
  roles: new Set(['USER']),
  claims: {},
  expiresAt: null,
};
const read = createSignedIdentityReader({
  keys: signer.publicKeys,
  subgraph: 'users',
  clock: Date.now,
  log,
});
const microseconds = (rate: number): string => `${(1e6 / rate).toFixed(1)} µs`;
const signed = await perSecond(tokens, async () => signer.sign(ann, 'users', BODY));
const verified = await perSecond(tokens, async () => {
  await read({ [signer.header]: signer.sign(ann, 'users', BODY) }, () => BODY);
});
const nobody = await perSecond(one, async () => {
  await read({ [signer.header]: signer.sign(null, 'users', BODY) }, () => BODY);
});
console.log(
  `who asks, bound to a request: signed in ${microseconds(signed)}, signed and verified in ${microseconds(verified)}; nobody ${microseconds(nobody)}`,
);
