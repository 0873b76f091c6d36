import { hash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { type JWTPayload, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import { type Clock, systemClock } from './clock';
import { partsOf, statementIn } from './disclosed';
import { SpyhopError } from './errors';
import { type Identity, rolesOf, scopesOf } from './identity';
import { type KeySource, createFindKey } from './jwks';
import type { Log } from './log';

/** The header with which a router tells subgraphs who asks. */
export const IDENTITY_HEADER = 'x-router-identity';

/** Where a router publishes the keys that it signs with, on its admin port: a JSON Web Key Set (RFC 7517). */
export const ROUTER_KEYS_PATH = '/.well-known/jwks.json';

/** `typ` and `iss` of a signed identity: no other token of the same key passes for one. */
export const SIGNED_IDENTITY_TYPE = 'router-identity+jwt';
export const SIGNED_IDENTITY_ISSUER = 'router';

/** `typ` of a signature over many identities, each for a request of its own: SD-JWT (RFC 9901). */
export const SHARED_SIGNATURE_TYPE = 'router-identity+sd-jwt';

/** The claim with the digest of what an identity was signed for. Nobody's has none: it opens what is open to all. */
export const DIGEST_CLAIM = 'req_sha256';

/** SHA-256 of what is asked, in base64url: of a request's body as it is sent, or of a subscription's `operationText`. */
export const digestOf = (asked: string): string => hash('sha256', asked, 'base64url');

/** A subscription over a WebSocket as text that is the same on both sides: RFC 8785 of what is asked. */
export const operationText = (payload: {
  query: string;
  operationName?: string | null | undefined;
  variables?: Readonly<Record<string, unknown>> | null | undefined;
}): string => {
  const { query, operationName = null, variables } = payload;
  return canonicalize({ query, operationName, variables: variables ?? {} }) ?? '';
};

/** How a subgraph checks what the router says. */
export interface SignedIdentityOptions {
  /** The router's public keys. */
  keys: KeySource;
  /** This subgraph's name in the supergraph: an identity signed for another one is refused. */
  subgraph: string;
  header?: string;
  clock: Clock;
  log: Log;
}

/**
 * Reads the identity from a request's headers: null where the router says that nobody is signed in.
 * `askedBy` is the text that an identity must have been signed for: the body, or a subscription's `operationText`.
 */
export type ReadSignedIdentity = (
  headers: Readonly<Record<string, unknown>>,
  askedBy: () => string | undefined,
) => Promise<Identity | null>;

const SKEW_SECONDS = 5;
/** Signatures that say "nobody" come again and again: one at a time from each router. */
const MOST_REMEMBERED = 64;
/** Signatures that requests share, which come at the same time. */
const MOST_SHARED = 64;

/**
 * Lets a subgraph answer its router only. What it returns throws UNAUTHENTICATED for a request without
 * the router's valid signature (JWS compact serialisation, RFC 7515, with EdDSA, RFC 8037), or with one
 * that was made for another request, and UPSTREAM_UNAVAILABLE while the router's keys cannot be fetched.
 */
export function createSignedIdentityReader(options: SignedIdentityOptions): ReadSignedIdentity {
  const { header = IDENTITY_HEADER, subgraph, clock } = options;
  const verify = signatureVerifier(options);
  const nobodyUntil = new LRUCache<string, number>({ max: MOST_REMEMBERED });
  const shared = new LRUCache<string, JWTPayload>({
    max: MOST_SHARED,
    fetchMethod: (jwt) => verify(jwt, { typ: SHARED_SIGNATURE_TYPE }),
    // Whoever waits for a signature gets it, also where it is no longer kept.
    ignoreFetchAbort: true,
  });
  const disclosed = async (signed: string): Promise<JWTPayload | null> => {
    const parts = partsOf(signed);
    if (!parts) return null;
    const { jwt, disclosure } = parts;
    const payload = await shared.forceFetch(jwt);
    const statement = statementIn(payload, disclosure);
    if (statement?.aud !== subgraph || clock() >= endOf(payload)) throw notTheRouter();
    const { iss, iat, exp } = payload;
    return { ...statement, iss, iat, exp } as JWTPayload;
  };
  return async (headers, askedBy) => {
    const signed = headers[header.toLowerCase()];
    if (typeof signed !== 'string') throw notTheRouter();
    if (clock() < (nobodyUntil.get(signed) ?? 0)) return null;
    const payload =
      (await disclosed(signed)) ??
      (await verify(signed, { typ: SIGNED_IDENTITY_TYPE, audience: subgraph }));
    const identity = identityOf(payload);
    if (!identity) nobodyUntil.set(signed, endOf(payload));
    else if (payload[DIGEST_CLAIM] !== digestOf(askedBy() ?? '')) throw notTheRouter();
    return identity;
  };
}

/** A subgraph's reader with the keys that its router publishes; null without an address of such keys. */
export const readIdentityWithKeysAt = (
  url: string | undefined,
  about: Pick<SignedIdentityOptions, 'subgraph' | 'log'>,
): ReadSignedIdentity | null =>
  url === undefined
    ? null
    : createSignedIdentityReader({ ...about, keys: { url }, clock: systemClock });

function signatureVerifier({ keys, clock, log }: SignedIdentityOptions) {
  const findKey = createFindKey(keys, log);
  return async (
    signed: string,
    expected: { typ: string; audience?: string },
  ): Promise<JWTPayload> => {
    try {
      const { payload } = await jwtVerify(signed, findKey, {
        algorithms: ['EdDSA'],
        ...expected,
        issuer: SIGNED_IDENTITY_ISSUER,
        requiredClaims: ['exp'],
        clockTolerance: SKEW_SECONDS,
        currentDate: new Date(clock()),
      });
      return payload;
    } catch (err) {
      if (err instanceof SpyhopError) throw err;
      // Not the error itself, which carries what the token says.
      log.debug({ reason: (err as Error).message }, 'a signed identity was refused');
      throw notTheRouter();
    }
  };
}

/** Epoch ms. */
const endOf = ({ exp = 0 }: JWTPayload): number => (exp + SKEW_SECONDS) * 1_000;

function identityOf(payload: JWTPayload): Identity | null {
  const { sub: subject, iat = 0 } = payload;
  if (subject === undefined) return null;
  const [scopes, roles] = [scopesOf(payload), rolesOf(payload)];
  // Of the router's word: it looks after what came before.
  const issuedAt = iat * 1_000;
  return { subject, scopes, roles, claims: payload, expiresAt: endOf(payload), issuedAt };
}

const notTheRouter = (): SpyhopError =>
  new SpyhopError(
    'UNAUTHENTICATED',
    'Only the router may ask here; send the request to the router.',
  );
