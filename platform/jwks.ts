import {
  type CryptoKey,
  type JSONWebKeySet,
  type JWSHeaderParameters,
  type FlattenedJWSInput,
  createLocalJWKSet,
  createRemoteJWKSet,
  customFetch,
  errors,
  jwksCache,
} from 'jose';
import { systemClock } from './clock';
import { SpyhopError } from './errors';
import { type Log, withoutCredentials } from './log';

/** A JSON Web Key Set (RFC 7517) at an address. All times in milliseconds. */
export interface RemoteKeySet {
  url: string;
  /** Age at which keys are fetched anew while the known ones still serve. */
  refreshMs?: number;
  /** Age up to which the known keys serve when no new ones can be had. */
  keepMs?: number;
  /** Between two fetches that unknown keys ask for. */
  cooldownMs?: number;
  timeoutMs?: number;
}

/** Where the public keys come from. */
export type KeySource = RemoteKeySet | JSONWebKeySet;

/** Finds the key that a signature was made with. */
export type FindKey = (
  header?: JWSHeaderParameters,
  token?: FlattenedJWSInput,
) => Promise<CryptoKey>;

const REFRESH_MS = 600_000;
/** Nobody verifies with keys that were fetched longer ago. */
export const KEEP_MS = 3_600_000;
/** Few enough for who publishes them, whatever strangers send; soon enough for who has a token of a new key. */
const COOLDOWN_MS = 5_000;
const TIMEOUT_MS = 5_000;
/** Between two fetches where the first has failed. */
const RETRY_MS = 1_000;

/**
 * Finds keys in a set, or at an address, where rotation is followed.
 * Throws UPSTREAM_UNAVAILABLE while there are none to be had, and an error of jose for an unknown key.
 */
export function createFindKey(source: KeySource, log: Log): FindKey {
  if (!('url' in source)) return createLocalJWKSet(source as JSONWebKeySet);
  const { url, refreshMs = REFRESH_MS, keepMs = KEEP_MS } = source as RemoteKeySet;
  const kept: { uat?: number } = {};
  const keys = createRemoteJWKSet(new URL(url), {
    cacheMaxAge: keepMs,
    cooldownDuration: source.cooldownMs ?? COOLDOWN_MS,
    timeoutDuration: source.timeoutMs ?? TIMEOUT_MS,
    [customFetch]: fetchSparingly(log),
    [jwksCache]: kept as Record<string, never>,
  });
  const isOld = (): boolean => kept.uat !== undefined && systemClock() - kept.uat > refreshMs;
  return async (header, token) => {
    // The known keys still serve; what went wrong is logged where it is fetched.
    if (isOld()) keys.reload().catch(() => undefined);
    try {
      return await keys(header, token);
    } catch (err) {
      if (isUnknownKey(err)) throw err;
      throw new SpyhopError(
        'UPSTREAM_UNAVAILABLE',
        'The keys that verify signatures cannot be fetched now; retry later.',
      );
    }
  };
}

const isUnknownKey = (err: unknown): boolean =>
  err instanceof errors.JWKSNoMatchingKey ||
  err instanceof errors.JWKSMultipleMatchingKeys ||
  err instanceof errors.JOSENotSupported;

/** Does not ask again at once where the last answer was none. */
function fetchSparingly(log: Log) {
  let failedAt = -Infinity;
  return async (url: string, options: RequestInit): Promise<Response> => {
    if (systemClock() - failedAt < RETRY_MS) throw new Error('fetching keys has just failed');
    try {
      const response = await fetch(url, options);
      if (response.status !== 200) throw new Error(`HTTP status ${response.status}`);
      return Response.json(await response.json());
    } catch (err) {
      failedAt = systemClock();
      log.warn(
        { err, url: withoutCredentials(url) },
        'keys that verify signatures cannot be fetched',
      );
      throw err;
    }
  };
}
