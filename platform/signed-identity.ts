import { jwtVerify } from 'jose';
import { type Clock, systemClock } from './clock';
import { SpyhopError } from './errors';
import { type Identity, rolesOf, scopesOf } from './identity';
import { type KeySource, createFindKey } from './jwks';
import type { Log } from './log';
import { type Verified, rememberIdentities } from './remember-identities';

/** The header with which a router tells subgraphs who asks. */
export const IDENTITY_HEADER = 'x-router-identity';

/** Where a router publishes the keys that it signs with, on its admin port: a JSON Web Key Set (RFC 7517). */
export const ROUTER_KEYS_PATH = '/.well-known/jwks.json';

/** `typ` and `iss` of a signed identity: no other token of the same key passes for one. */
export const SIGNED_IDENTITY_TYPE = 'router-identity+jwt';
export const SIGNED_IDENTITY_ISSUER = 'router';

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

/** Reads the identity from a request's headers: null where the router says that nobody is signed in. */
export type ReadSignedIdentity = (
  headers: Readonly<Record<string, unknown>>,
) => Promise<Identity | null>;

const SKEW_SECONDS = 5;
const REMEMBERED = { max: 10_000, ttlMs: 30_000 };

/**
 * Lets a subgraph answer its router only. What it returns throws UNAUTHENTICATED for a request without
 * the router's valid signature (JWS compact serialisation, RFC 7515, with EdDSA, RFC 8037),
 * and UPSTREAM_UNAVAILABLE while the router's keys cannot be fetched.
 */
export function createSignedIdentityReader(options: SignedIdentityOptions): ReadSignedIdentity {
  const { header = IDENTITY_HEADER, clock } = options;
  const verify = rememberIdentities(signatureVerifier(options), { ...REMEMBERED, clock });
  return (headers) => {
    const signed = headers[header.toLowerCase()];
    return typeof signed === 'string' ? verify(signed) : Promise.reject(notTheRouter());
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

function signatureVerifier({ keys, subgraph, clock, log }: SignedIdentityOptions) {
  const findKey = createFindKey(keys, log);
  return async (signed: string): Promise<Verified> => {
    try {
      const { payload } = await jwtVerify(signed, findKey, {
        algorithms: ['EdDSA'],
        typ: SIGNED_IDENTITY_TYPE,
        issuer: SIGNED_IDENTITY_ISSUER,
        audience: subgraph,
        requiredClaims: ['exp'],
        clockTolerance: SKEW_SECONDS,
        currentDate: new Date(clock()),
      });
      const { sub: subject, exp = 0 } = payload;
      const expiresAt = (exp + SKEW_SECONDS) * 1_000;
      if (subject === undefined) return { identity: null, expiresAt };
      const [scopes, roles] = [scopesOf(payload), rolesOf(payload)];
      return { identity: { subject, scopes, roles, claims: payload, expiresAt }, expiresAt };
    } catch (err) {
      if (err instanceof SpyhopError) throw err;
      // Not the error itself, which carries what the token says.
      log.debug({ reason: (err as Error).message }, 'a signed identity was refused');
      throw notTheRouter();
    }
  };
}

const notTheRouter = (): SpyhopError =>
  new SpyhopError(
    'UNAUTHENTICATED',
    'Only the router may ask here; send the request to the router.',
  );
