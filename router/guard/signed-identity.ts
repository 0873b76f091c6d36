import { type KeyObject, createPrivateKey, sign } from 'node:crypto';
import type { Clock } from '@spyhop/platform/clock';
import { ConfigError } from '@spyhop/platform/config';
import type { Identity } from '@spyhop/platform/identity';
import {
  DIGEST_CLAIM,
  IDENTITY_HEADER,
  SIGNED_IDENTITY_ISSUER,
  SIGNED_IDENTITY_TYPE,
  digestOf,
} from '@spyhop/platform/signed-identity';
import {
  type JWK,
  type JSONWebKeySet,
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
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
  /**
   * The header's value for one subgraph; null as identity says that nobody is signed in. Somebody's is good
   * for what is asked only: the body of a request, or the `operationText` of a subscription.
   */
  sign(identity: Identity | null, subgraph: string, asked: string): string;
}

interface Signed {
  value: string;
  /** Epoch milliseconds up to which it is handed out. */
  until: number;
}

const LIFETIME_S = 10;
const NOBODYS_LIFETIME_S = 30;
/** A subgraph gets nobody's with at least this long to go. */
const RESERVE_MS = 5_000;

/**
 * Makes a signer of short-lived identities: JWS compact serialisation (RFC 7515) with EdDSA (RFC 8037),
 * for one subgraph (`aud`) each. Somebody's is signed for each request; one of nobody's serves all requests
 * until shortly before it expires.
 */
export async function createIdentitySigner(options: SigningOptions): Promise<IdentitySigner> {
  const { clock, claims = [] } = options;
  const { key, publicJwk } = await signingKey(options.key);
  const header = { alg: 'EdDSA', kid: publicJwk.kid, typ: SIGNED_IDENTITY_TYPE };
  const nobodys = new Map<string, Signed>();

  const signFor = (subgraph: string, now: number, lifetime: number, statement: object): string => {
    const iat = Math.floor(now / 1_000);
    const registered = { iss: SIGNED_IDENTITY_ISSUER, aud: subgraph, iat, exp: iat + lifetime };
    return signed(header, { ...statement, ...registered }, key);
  };

  const signNobody = (subgraph: string, now: number): string => {
    const known = nobodys.get(subgraph);
    if (known && now < known.until) return known.value;
    const value = signFor(subgraph, now, NOBODYS_LIFETIME_S, {});
    nobodys.set(subgraph, { value, until: now + NOBODYS_LIFETIME_S * 1_000 - RESERVE_MS });
    return value;
  };

  return {
    header: (options.header ?? IDENTITY_HEADER).toLowerCase(),
    publicKeys: { keys: [publicJwk] },
    sign(identity, subgraph, asked) {
      if (identity === null) return signNobody(subgraph, clock());
      const statement = { ...statementOf(identity, claims), [DIGEST_CLAIM]: digestOf(asked) };
      return signFor(subgraph, clock(), LIFETIME_S, statement);
    },
  };
}

/** Not through jose, whose signatures go through a thread each: this one takes a third of the time. */
function signed(header: object, payload: object, key: KeyObject): string {
  const [head, body] = [header, payload].map((part) =>
    Buffer.from(JSON.stringify(part)).toString('base64url'),
  );
  const text = `${head}.${body}`;
  return `${text}.${sign(null, Buffer.from(text), key).toString('base64url')}`;
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

async function signingKey(given: JWK | null): Promise<{ key: KeyObject; publicJwk: JWK }> {
  const jwk = given ?? (await newKey());
  const key = privateKeyOf(jwk);
  if (key?.asymmetricKeyType !== 'ed25519')
    throw new ConfigError(['the signing key must be a private Ed25519 key, as JWK']);
  const { kty, crv, x } = jwk;
  const publicJwk = { kty, crv, x, alg: 'EdDSA', use: 'sig' };
  return {
    key,
    publicJwk: { ...publicJwk, kid: jwk.kid ?? (await calculateJwkThumbprint(publicJwk)) },
  };
}

function privateKeyOf(jwk: JWK): KeyObject | null {
  try {
    return createPrivateKey({ key: jwk, format: 'jwk' });
  } catch {
    return null;
  }
}

async function newKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair('EdDSA', { extractable: true });
  return exportJWK(privateKey);
}
