import type { Clock } from '@spyhop/platform/clock';
import { ConfigError } from '@spyhop/platform/config';
import type { Identity } from '@spyhop/platform/identity';
import {
  IDENTITY_HEADER,
  SIGNED_IDENTITY_ISSUER,
  SIGNED_IDENTITY_TYPE,
} from '@spyhop/platform/signed-identity';
import {
  type CryptoKey,
  type JWK,
  type JSONWebKeySet,
  SignJWT,
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  importJWK,
} from 'jose';

/** How subgraphs are told who asks. */
export interface SigningOptions {
  /** A private Ed25519 key; one is made for this process where it is null. */
  key: JWK | null;
  /** The header that carries it, `x-router-identity` unless given. Whatever clients send in it must be dropped. */
  header?: string;
  /** Claims of the identity that subgraphs get besides subject, scopes and roles. */
  claims?: readonly string[];
  clock: Clock;
}

/** Signs identities for subgraphs. */
export interface IdentitySigner {
  /** In lower case. */
  header: string;
  /** What subgraphs verify with; safe to publish. */
  publicKeys: JSONWebKeySet;
  /** The header's value for one subgraph; null as identity says that nobody is signed in. */
  sign(identity: Identity | null, subgraph: string): Promise<string>;
}

interface Signed {
  value: Promise<string>;
  /** Epoch milliseconds up to which it is handed out. */
  until: number;
}

const LIFETIME_MS = 30_000;
/** A subgraph gets it with at least this long to go. */
const RESERVE_MS = 5_000;
/** Whom the signatures for "nobody" are kept under. */
const NOBODY = {};

/**
 * Makes a signer of short-lived identities: JWS compact serialisation (RFC 7515) with EdDSA (RFC 8037),
 * for one subgraph (`aud`) each. One signature serves all requests of an identity until shortly before it expires.
 */
export async function createIdentitySigner(options: SigningOptions): Promise<IdentitySigner> {
  const { clock, claims = [] } = options;
  const { key, publicJwk } = await signingKey(options.key);
  // An identity is remembered as long as its token: what was signed for it goes with it.
  const signed = new WeakMap<object, Map<string, Signed>>();

  const sign = (identity: Identity | null, subgraph: string, now: number): Promise<string> =>
    new SignJWT({ ...(identity && statementOf(identity, claims)) })
      .setProtectedHeader({ alg: 'EdDSA', kid: publicJwk.kid, typ: SIGNED_IDENTITY_TYPE })
      .setIssuer(SIGNED_IDENTITY_ISSUER)
      .setAudience(subgraph)
      .setIssuedAt(new Date(now))
      .setExpirationTime(new Date(now + LIFETIME_MS))
      .sign(key);

  return {
    header: (options.header ?? IDENTITY_HEADER).toLowerCase(),
    publicKeys: { keys: [publicJwk] },
    sign(identity, subgraph) {
      const now = clock();
      const ofIdentity = signed.get(identity ?? NOBODY) ?? new Map<string, Signed>();
      signed.set(identity ?? NOBODY, ofIdentity);
      const known = ofIdentity.get(subgraph);
      if (known && now < known.until) return known.value;
      const value = sign(identity, subgraph, now);
      ofIdentity.set(subgraph, { value, until: now + LIFETIME_MS - RESERVE_MS });
      return value;
    },
  };
}

/** What subgraphs learn of an identity. */
function statementOf(identity: Identity, claims: readonly string[]): Record<string, unknown> {
  const handedOver = claims
    .filter((name) => identity.claims[name] !== undefined)
    .map((name) => [name, identity.claims[name]] as const);
  return {
    ...Object.fromEntries(handedOver),
    sub: identity.subject,
    scope: [...identity.scopes].join(' '),
    roles: [...identity.roles],
  };
}

async function signingKey(given: JWK | null): Promise<{ key: CryptoKey; publicJwk: JWK }> {
  const jwk = given ?? (await newKey());
  const key = await importJWK(jwk, 'EdDSA');
  if (key instanceof Uint8Array || key.type !== 'private')
    throw new ConfigError(['the signing key must be a private Ed25519 key, as JWK']);
  const { kty, crv, x } = jwk;
  const publicJwk = { kty, crv, x, alg: 'EdDSA', use: 'sig' };
  return {
    key,
    publicJwk: { ...publicJwk, kid: jwk.kid ?? (await calculateJwkThumbprint(publicJwk)) },
  };
}

async function newKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair('EdDSA', { extractable: true });
  return exportJWK(privateKey);
}
