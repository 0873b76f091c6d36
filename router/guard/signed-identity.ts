import { type KeyObject, createPrivateKey } from 'node:crypto';
import type { Clock } from '@spyhop/platform/clock';
import { ConfigError } from '@spyhop/platform/config';
import { compactJws, jwsPart } from '@spyhop/platform/compact-jws';
import type { Identity } from '@spyhop/platform/identity';
import {
  DIGEST_CLAIM,
  IDENTITY_HEADER,
  SHARED_SIGNATURE_TYPE,
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
import { SharedSignatures } from './shared-signatures';

/** How subgraphs are told who asks. */
export interface SigningOptions {
  /** A private Ed25519 key; one is made for this process where it is null. */
  key: JWK | null;
  /** The header that carries it, `x-router-identity` unless given. Whatever clients send in it must be dropped. */
  header?: string;
  /** Claims of the identity that subgraphs get besides subject, scopes and roles. */
  claims?: readonly string[];
  /** Whether requests that are sent at the same time share a signature: subgraphs must read SD-JWT (RFC 9901). */
  together?: boolean;
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
  /**
   * The same, to be called for when the request is sent: what was prepared by then may share its signature.
   * Never throws.
   */
  prepare(identity: Identity | null, subgraph: string, asked: string): () => string;
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
/** What these say is the router's own word, also where tokens have claims of the name. */
const OWN_CLAIMS = new Set(['iss', 'aud', 'iat', 'exp', DIGEST_CLAIM]);

/**
 * Makes a signer of short-lived identities: JWS compact serialisation (RFC 7515) with EdDSA (RFC 8037),
 * for one subgraph (`aud`) each. Somebody's is signed for each request, or together with others for requests
 * that are sent at the same time; one of nobody's serves all requests until shortly before it expires.
 */
export async function createIdentitySigner(options: SigningOptions): Promise<IdentitySigner> {
  const { clock, claims = [], together = false } = options;
  const { key, publicJwk } = await signingKey(options.key);
  const { kid } = publicJwk;
  const signOne = jwtSigner({ kid, typ: SIGNED_IDENTITY_TYPE }, key, clock);
  const signMany = jwtSigner({ kid, typ: SHARED_SIGNATURE_TYPE }, key, clock);
  const shared = new SharedSignatures((members) => signMany(members, LIFETIME_S));
  const nobodys = new Map<string, Signed>();
  const textOf = statementText(claims);

  const signNobody = (subgraph: string): string => {
    const known = nobodys.get(subgraph);
    const now = clock();
    if (known && now < known.until) return known.value;
    const value = signOne(`"aud":${JSON.stringify(subgraph)}`, NOBODYS_LIFETIME_S);
    nobodys.set(subgraph, { value, until: now + NOBODYS_LIFETIME_S * 1_000 - RESERVE_MS });
    return value;
  };

  const prepare = (identity: Identity | null, subgraph: string, asked: string): (() => string) => {
    if (identity === null) return () => signNobody(subgraph);
    const binding = `"aud":${JSON.stringify(subgraph)},"${DIGEST_CLAIM}":"${digestOf(asked)}"`;
    const statement = `${textOf(identity)},${binding}`;
    return together ? shared.add(statement) : () => signOne(statement, LIFETIME_S);
  };

  return {
    header: (options.header ?? IDENTITY_HEADER).toLowerCase(),
    publicKeys: { keys: [publicJwk] },
    prepare,
    sign: (...request) => prepare(...request)(),
  };
}

/** Makes what signs a payload, given as members of its JSON, for a number of seconds. */
function jwtSigner(
  header: { kid?: string | undefined; typ: string },
  key: KeyObject,
  clock: Clock,
) {
  const head = jwsPart(JSON.stringify({ alg: 'EdDSA', ...header }));
  return (members: string, lifetime: number): string => {
    const iat = Math.floor(clock() / 1_000);
    const registered = `"iss":"${SIGNED_IDENTITY_ISSUER}","iat":${iat},"exp":${iat + lifetime}`;
    return compactJws(head, `{${members},${registered}}`, key);
  };
}

/** What subgraphs learn of an identity, as members of JSON; written once for each. */
function statementText(claims: readonly string[]): (identity: Identity) => string {
  const known = new WeakMap<Identity, string>();
  return (identity) => {
    const text = known.get(identity) ?? JSON.stringify(statementOf(identity, claims)).slice(1, -1);
    known.set(identity, text);
    return text;
  };
}

function statementOf(identity: Identity, claims: readonly string[]): Record<string, unknown> {
  const handedOver = claims
    .filter((name) => identity.claims[name] !== undefined && !OWN_CLAIMS.has(name))
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
    throw new ConfigError(['identity.signingKey: must be a private Ed25519 key, as JWK']);
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
