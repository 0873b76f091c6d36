import type { Identity } from '@spyhop/platform/identity';
import type { CacheableOperation } from '../cache/planner';
import type { PolicyLimits } from '../cache/policy-limits';
import { identityKeyOf } from '../cache/response-cache';
import type { RouterCache } from '../cache/router-cache';
import type { Answer } from './answer';
import type { Draft } from './compile-plan';

interface KeptQuery {
  operation: CacheableOperation;
  /** Coerced, defaults included. */
  variables: Readonly<Record<string, unknown>>;
  /** Who asks; null for nobody. */
  identity: Identity | null;
  /** What `execute` fills. */
  draft: Draft;
}

/** Answers a query from the cache, or executes it and keeps the answer as long as its limits allow. */
export async function keptAnswer(
  cache: RouterCache,
  { operation, variables, identity, draft }: KeptQuery,
  execute: (limits: PolicyLimits) => Promise<Answer>,
): Promise<Answer> {
  const isPrivate = operation.policy.scope === 'PRIVATE';
  const identityKey = isPrivate && identity ? identityKeyOf(identity) : null;
  const { body, hasErrors, headers } = await cache.answer(
    { operation, variables, identityKey },
    async (limits) => {
      const { json, outcome } = await execute(limits);
      const tags = operation.tagsOf(draft.data, variables);
      return { body: Buffer.from(json), hasErrors: outcome !== 'ok', tags };
    },
  );
  return { json: body, headers, outcome: hasErrors ? 'errors' : 'ok', status: null, rest: null };
}
