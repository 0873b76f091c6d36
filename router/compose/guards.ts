import { accessDenied } from '@spyhop/platform/access-denied';
import { systemClock } from '@spyhop/platform/clock';
import { DurableEvents } from '@spyhop/platform/durable-events';
import type { Identity } from '@spyhop/platform/identity';
import type { Revocation } from '@spyhop/platform/identity-revocation';
import type { Log } from '@spyhop/platform/log';
import type { RedisSpace } from '@spyhop/platform/redis';
import type { RouterConfig } from '../config/options';
import type { Access } from '../guard/access';
import { askForApiKeys, rememberApiKeys } from '../guard/api-keys';
import {
  type AuthoriseOptions,
  type EvaluatePolicies,
  refuseAllPolicies,
} from '../guard/authorise';
import { Budget } from '../guard/budget';
import { type TellDenials, tellDenials, tellNobody } from '../guard/denials';
import { type Identify, createIdentities } from '../guard/identity';
import { askForPolicies } from '../guard/policies';
import { Turns } from '../guard/turns';
import type { RouterMetrics } from '../metrics';
import { RevocationListener } from '@spyhop/platform/revocation-listener';
import { Revoked } from '@spyhop/platform/revoked';

const API_KEYS_TIMEOUT_MS = 3_000;
const MOST_API_KEYS = 10_000;
const POLICIES_TIMEOUT_MS = 3_000;
const MOST_POLICY_ANSWERS = 10_000;
/** How often, while revocations are not heard, it is looked within `unheardMs` for streams in the name of old tokens. */
const SWEEPS = 6;

/** Proves to who is asked that it is a router who asks. */
const bearer = (secret: string | undefined): Readonly<Record<string, string>> =>
  secret ? { authorization: `Bearer ${secret}` } : {};

/** What a choice of who may have something means, given the roles that it may speak of. */
export const accessOf = (
  choice: 'everyone' | 'roles' | 'nobody',
  roles: readonly string[],
): Access => (choice === 'roles' ? { roles } : choice);

const policies = ({ authorisation }: RouterConfig): EvaluatePolicies =>
  authorisation.policiesUrl
    ? askForPolicies({
        url: authorisation.policiesUrl,
        headers: bearer(authorisation.policiesSecret),
        timeoutMs: POLICIES_TIMEOUT_MS,
        ttlMs: authorisation.policiesTtlMs,
        max: MOST_POLICY_ANSWERS,
        clock: systemClock,
      })
    : refuseAllPolicies;

/** Which identities are no longer valid. */
export interface Revocations {
  /** Also one that may be and is too old to be taken without knowing. */
  isRevoked: (identity: Identity) => boolean;
  /** False while some may not be known. */
  isReliable: () => boolean;
  close: () => void;
}

/**
 * Hears over Redis what is revoked; `onRevoked` is called after each. Who hears nothing for `unheardMs` takes only what
 * was issued within so long: whoever renews a token is asked whether it may go on. Without Redis nothing is ever revoked.
 */
export function followRevocations(
  { identity: { unheardMs } }: RouterConfig,
  redis: RedisSpace | null,
  onRevoked: () => void,
  log: Log,
): Revocations {
  const clock = systemClock;
  if (!redis) return { isRevoked: () => false, isReliable: () => true, close: () => undefined };
  const revoked = new Revoked(clock);
  const add = (revocations: readonly Revocation[]): void => {
    for (const revocation of revocations) revoked.add(revocation);
    if (revocations.length > 0) onRevoked();
  };
  const listener = new RevocationListener(redis, add, { clock, log });
  const isDeaf = (): boolean => listener.deafForMs > unheardMs;
  const isTooOld = ({ issuedAt = 0 }: Identity): boolean => clock() - issuedAt > unheardMs;
  const timer = setInterval(() => {
    if (isDeaf()) onRevoked();
  }, unheardMs / SWEEPS).unref();
  return {
    isRevoked: (identity) => revoked.has(identity) || (isDeaf() && isTooOld(identity)),
    isReliable: () => listener.isHearing,
    close: () => {
      clearInterval(timer);
      listener.close();
    },
  };
}

/** Finds out who asks. */
export function identifier(
  { identity }: RouterConfig,
  { isRevoked, isReliable }: Revocations,
  log: Log,
): Identify {
  const { jwksUrl, apiKeysUrl, apiKeysTtlMs, apiKeysSecret } = identity;
  const clock = systemClock;
  const tokens = jwksUrl
    ? {
        keys: { url: jwksUrl },
        issuers: identity.jwtIssuers,
        audiences: identity.jwtAudiences,
        skewMs: identity.jwtSkewMs,
      }
    : null;
  const apiKeys = apiKeysUrl
    ? rememberApiKeys(
        askForApiKeys({
          url: apiKeysUrl,
          headers: bearer(apiKeysSecret),
          timeoutMs: API_KEYS_TIMEOUT_MS,
          log,
        }),
        { ttlMs: apiKeysTtlMs, max: MOST_API_KEYS, clock, isRevoked, isReliable },
      )
    : null;
  if (!tokens && !apiKeys) return async () => null;
  return createIdentities({ tokens, apiKeys, isRevoked, clock, log });
}

/** What who asks may use. */
export const authorisationBy = (config: RouterConfig, log: Log): AuthoriseOptions => ({
  unauthorised: config.authorisation.unauthorised,
  policies: policies(config),
  log,
});

/** Who hears what was denied. */
export const denialsBy = (
  { denials, identity }: RouterConfig,
  redis: RedisSpace | null,
  log: Log,
): TellDenials => {
  if (!denials.tell || !redis) return tellNobody;
  const events = new DurableEvents(redis, log, denials.keep);
  return tellDenials({
    publish: (denial) => events.append(accessDenied, denial),
    perMinute: denials.perMinute,
    claims: identity.passedClaims,
    clock: systemClock,
    log,
  });
};

/** What everybody may have prepared; each router counts for itself, as it prepares for itself. */
export const turnsBy = ({ demand }: RouterConfig, metrics: RouterMetrics): Turns =>
  new Turns({
    budget: new Budget({
      cost: demand.preparing,
      windowS: demand.windowS,
      redis: null,
      clock: systemClock,
    }),
    metrics,
  });

/** What everybody may spend. */
export const budgetBy = ({ demand }: RouterConfig, redis: RedisSpace | null): Budget =>
  new Budget({
    cost: demand.budget,
    windowS: demand.windowS,
    redis: redis && redis.client,
    clock: systemClock,
  });
