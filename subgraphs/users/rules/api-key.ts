import { timingSafeEqual } from 'node:crypto';
import { invalidInput } from '@spyhop/platform/errors';
import { readNetworks, isWithin } from './networks';
import { scopesOfRoles } from './roles';
import { readName } from './user';

/** What a key can be allowed; never what only administrators may do. */
export const API_KEY_SCOPES = [
  'read:market',
  'read:whales',
  'write:whales',
  'read:portfolio',
  'write:portfolio',
  'write:alerts',
] as const;
export type ApiKeyScope = (typeof API_KEY_SCOPES)[number];

/** Of one user. */
export const MOST_API_KEYS = 50;
/** For so long the key before works on at most after a rotation. */
export const LONGEST_OVERLAP_MINUTES = 7 * 24 * 60;
const LONGEST_LIFE_MS = 5 * 366 * 86_400_000;
/** Roles that a key has if its owner has them. */
const ROLES_OF_KEYS: readonly string[] = ['USER'];

/** What an owner decides of a key. Times are epoch ms. */
export interface ApiKeySettings {
  name: string;
  scopes: ApiKeyScope[];
  /** Null for never. */
  expiresAt: number | null;
  /** In CIDR notation; none is everywhere. */
  allowedIps: string[];
}

/** A key without its secret. */
export interface ApiKey extends ApiKeySettings {
  id: string;
  userId: string;
  createdAt: number;
  /** To a few minutes; null before its first use. */
  lastUsedAt: number | null;
  lastUsedAddress: string | null;
}

/** What verifying a key takes, and all that it takes. */
export interface ApiKeyEntry {
  userId: string;
  /** Of the whole key. */
  hash: string;
  scopes: string[];
  roles: string[];
  allowedIps: string[];
  expiresAt: number | null;
}

/** Checks what an owner asks for. Throws INVALID_INPUT. */
export function readApiKeySettings(asked: ApiKeySettings, now: number): ApiKeySettings {
  const { expiresAt } = asked;
  const scopes = API_KEY_SCOPES.filter((scope) => asked.scopes.includes(scope));
  if (scopes.length === 0) {
    throw invalidInput('A key needs at least one scope.', { argument: 'scopes', minimum: 1 });
  }
  if (expiresAt !== null && (expiresAt <= now || expiresAt > now + LONGEST_LIFE_MS)) {
    throw invalidInput('A key expires in the future, within five years.', {
      argument: 'expiresAt',
    });
  }
  return {
    name: readName(asked.name, 'name'),
    scopes,
    expiresAt,
    allowedIps: readNetworks(asked.allowedIps),
  };
}

/** Throws INVALID_INPUT unless it is 0 to 10,080 minutes. */
export function checkOverlap(minutes: number): void {
  if (minutes >= 0 && minutes <= LONGEST_OVERLAP_MINUTES) return;
  throw invalidInput(`The key before may work on for 0 to ${LONGEST_OVERLAP_MINUTES} minutes.`, {
    argument: 'overlapMinutes',
    minimum: 0,
    maximum: LONGEST_OVERLAP_MINUTES,
  });
}

/** What a key lets do whose owner has these roles: never more than the owner may. */
export function rightsOf(
  scopes: readonly string[],
  ownerRoles: readonly string[],
): Pick<ApiKeyEntry, 'scopes' | 'roles'> {
  const owners = scopesOfRoles(ownerRoles);
  return {
    scopes: API_KEY_SCOPES.filter((scope) => scopes.includes(scope) && owners.includes(scope)),
    roles: ROLES_OF_KEYS.filter((role) => ownerRoles.includes(role)),
  };
}

/** Why a key that there is does not count; `elsewhere` is a right one from an address that it may not be used from. */
export const REFUSALS_OF_KEYS = ['wrong', 'expired', 'elsewhere'] as const;
/** What a key that was shown is. */
export type ApiKeyStanding = 'valid' | (typeof REFUSALS_OF_KEYS)[number];

/** Compares in constant time. */
export function standingOf(
  entry: ApiKeyEntry,
  shown: { hash: string; address: string; now: number },
): ApiKeyStanding {
  const [known, given] = [Buffer.from(entry.hash), Buffer.from(shown.hash)];
  if (known.length !== given.length || !timingSafeEqual(known, given)) return 'wrong';
  if (entry.expiresAt !== null && shown.now >= entry.expiresAt) return 'expired';
  return isWithin(shown.address, entry.allowedIps) ? 'valid' : 'elsewhere';
}
