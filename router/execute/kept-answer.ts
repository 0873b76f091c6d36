import type { Identity } from '@spyhop/platform/identity';
import type { CacheableOperation } from '../cache/planner';
import type { PolicyLimits } from '../cache/policy-limits';
import type { RouterCache } from '../cache/router-cache';
import type { ClientHeaders } from '../guard/header-rules';
import type { IdentityKeys } from '../guard/identity-keys';
import { canonicalJson } from '../plan/canonical-json';
import type { Answer } from './answer';
import type { Draft } from './compile-plan';

interface KeptQuery {
  /** What the client calls it; null where it does not. */
  name: string | null;
  operation: CacheableOperation;
  /** Coerced, defaults included. */
  variables: Readonly<Record<string, unknown>>;
  /** Who asks; null for nobody. */
  identity: Identity | null;
  /** What subgraphs get of the client's headers; null for nothing. */
  headers: ClientHeaders | null;
  /** What `execute` fills. */
  draft: Draft;
}

interface KeepingServices {
  cache: RouterCache;
  identityKeys: IdentityKeys;
}

/** Answers a query from the cache, or executes it and keeps the answer as long as its limits allow. */
export async function keptAnswer(
  { cache, identityKeys }: KeepingServices,
  query: KeptQuery,
  execute: (limits: PolicyLimits) => Promise<Answer>,
): Promise<Answer> {
  const { name, operation, variables, draft } = query;
  const request = { ...scopeOf(query, identityKeys), name, variables };
  const { body, hasErrors, headers } = await cache.answer(request, async (limits) => {
    const { json, outcome } = await execute(limits);
    const tags = operation.tagsOf(draft.data, variables);
    return { body: Buffer.from(json), hasErrors: outcome !== 'ok', tags };
  });
  return { json: body, headers, outcome: hasErrors ? 'errors' : 'ok', status: null, rest: null };
}

/** What depends on a client's headers is for those who send the same. */
function scopeOf({ operation, identity, headers }: KeptQuery, keys: IdentityKeys) {
  const { policy } = operation;
  const identityKey = policy.scope === 'PRIVATE' && identity ? keys.of(identity) : null;
  if (!headers || (policy.scope === 'PRIVATE' && !identity)) return { operation, identityKey };
  return {
    operation: { ...operation, policy: { ...policy, scope: 'PRIVATE' as const } },
    identityKey: JSON.stringify([identityKey, canonicalJson(headers)]),
  };
}
