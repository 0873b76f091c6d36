import type { Clock } from '@spyhop/platform/clock';
import { SpyhopError } from '@spyhop/platform/errors';
import { type Identity, rolesOf, scopesOf } from '@spyhop/platform/identity';
import { type FindKey, type KeySource, createFindKey } from '@spyhop/platform/jwks';
import type { Log } from '@spyhop/platform/log';
import { type Verified, rememberIdentities } from '@spyhop/platform/remember-identities';
import { jwtVerify } from 'jose';
import type { VerifyApiKey } from './api-keys';

export type { Identity };

/** Which tokens are accepted. */
export interface TokenOptions {
  keys: KeySource;
  /** `iss` and `aud`: a token must have one of each. */
  issuers: readonly string[];
  audiences: readonly string[];
  /** Milliseconds that the issuer's clock may differ from ours. */
  skewMs: number;
}

/** How clients say who they are; null for what they cannot use. */
export interface IdentityOptions {
  tokens: TokenOptions | null;
  apiKeys: VerifyApiKey | null;
  /** Whether an identity is no longer valid although its credential says otherwise. */
  isRevoked: (identity: Identity) => boolean;
  clock: Clock;
  log: Log;
}

/**
 * Finds out who asks, from a request's headers or from the payload of `connection_init`. Names count in any case:
 * `authorization` (`Bearer` and a token, or `ApiKey` and a key), `x-api-key`, `apiKey`.
 * `address` is where they ask from, empty where unknown. Null without credentials. Throws UNAUTHENTICATED for credentials that are not accepted,
 * and UPSTREAM_UNAVAILABLE when whoever knows them does not answer.
 */
export type Identify = (
  source: Readonly<Record<string, unknown>> | null | undefined,
  address?: string,
) => Promise<Identity | null>;

/** Exactly these: neither `none` nor anything with a shared secret (RFC 8725, section 3.1). */
const ALGORITHMS = ['EdDSA', 'ES256', 'RS256'];
const REMEMBERED = { max: 10_000, ttlMs: 60_000 };
const MAX_CREDENTIAL_LENGTH = 16_384;

/** Makes what tells who asks. Each good token is verified once a minute, however often it comes. */
export function createIdentities(options: IdentityOptions): Identify {
  const { tokens, apiKeys, isRevoked, clock, log } = options;
  const byToken =
    tokens && rememberIdentities(tokenVerifier(tokens, clock, log), { ...REMEMBERED, clock });
  const identify = async ({ kind, value }: Credential, address: string) => {
    if (value.length > MAX_CREDENTIAL_LENGTH) throw notAccepted(kind);
    if (kind === 'token') return byToken ? byToken(value) : null;
    return apiKeys ? apiKeys(value, address) : null;
  };
  return async (source, address = '') => {
    const credential = credentialIn(source ?? {});
    if (!credential) return null;
    const identity = await identify(credential, address);
    const isOver = (identity?.expiresAt ?? Infinity) <= clock();
    if (!identity || isOver || isRevoked(identity)) {
      throw notAccepted(credential.kind);
    }
    return identity;
  };
}

interface Credential {
  kind: 'token' | 'key';
  value: string;
}

/** Throws UNAUTHENTICATED for what is there but cannot be read. */
function credentialIn(source: Readonly<Record<string, unknown>>): Credential | null {
  const found: Credential[] = [];
  for (const [name, value] of Object.entries(source)) {
    const read = READERS.get(name.toLowerCase());
    // Clients that are not signed in often send the name with nothing.
    if (read && value != null && value !== '') found.push(read(value));
  }
  if (found.length > 1) throw unauthenticated('Send either one token or one key, not several.');
  return found[0] ?? null;
}

/** Where requests over HTTP carry them. */
export const CREDENTIAL_HEADERS = ['authorization', 'x-api-key', 'apikey'] as const;

/** Whether something says there who asks, or is to. */
export const namesCredential = (source: Readonly<Record<string, unknown>> | null | undefined) =>
  Object.keys(source ?? {}).some((name) => READERS.has(name.toLowerCase()));

const readAuthorization = (value: unknown): Credential => {
  const [, scheme, rest] = /^(bearer|apikey) +(\S+)$/i.exec(String(value)) ?? [];
  if (!scheme || !rest) {
    throw unauthenticated(
      'Send `Authorization: Bearer` and a token, or `Authorization: ApiKey` and a key.',
    );
  }
  return { kind: scheme.toLowerCase() === 'bearer' ? 'token' : 'key', value: rest };
};

const readKey = (value: unknown): Credential => {
  if (typeof value !== 'string') throw notAccepted('key');
  return { kind: 'key', value };
};

const READERS: ReadonlyMap<string, (value: unknown) => Credential> = new Map(
  CREDENTIAL_HEADERS.map((name) => [name, name === 'authorization' ? readAuthorization : readKey]),
);

function tokenVerifier(options: TokenOptions, clock: Clock, log: Log) {
  const { issuers, audiences, skewMs } = options;
  const findKey: FindKey = createFindKey(options.keys, log);
  return async (token: string): Promise<Verified> => {
    try {
      const { payload, protectedHeader } = await jwtVerify(token, findKey, {
        algorithms: ALGORITHMS,
        issuer: [...issuers],
        audience: [...audiences],
        requiredClaims: ['sub', 'exp'],
        clockTolerance: skewMs / 1_000,
        currentDate: new Date(clock()),
      });
      const { sub: subject = '', exp = 0, iat = 0 } = payload;
      const expiresAt = exp * 1_000 + skewMs;
      const [scopes, roles] = [scopesOf(payload), rolesOf(payload)];
      const signed = { issuedAt: iat * 1_000, signedBy: protectedHeader.kid ?? '' };
      const identity = { subject, scopes, roles, claims: payload, expiresAt, ...signed };
      return { identity, expiresAt };
    } catch (err) {
      if (err instanceof SpyhopError) throw err;
      // Not the error itself, which carries what the token says.
      log.debug({ reason: (err as Error).message }, 'a token was refused');
      throw notAccepted('token');
    }
  };
}

/** The same whatever is wrong with it: details would help only who forges one. */
const notAccepted = (kind: Credential['kind']): SpyhopError =>
  unauthenticated(
    kind === 'token'
      ? 'The token is not accepted, or no longer; sign in again or refresh it.'
      : 'The key is not accepted, or no longer; send a valid one.',
  );

const unauthenticated = (message: string): SpyhopError =>
  new SpyhopError('UNAUTHENTICATED', message);
