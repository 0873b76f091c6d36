import { type QueryPlan, prettyFormatQueryPlan } from '@apollo/query-planner';
import { SpyhopError } from '@spyhop/platform/errors';
import type { Identity } from '@spyhop/platform/identity';
import { mayHave } from '../guard/access';

/** That a client wants to see how its operation is planned, as Apollo Sandbox and rover ask for it. */
export interface PlanWish {
  /** Nothing is to be executed. */
  dryRun: boolean;
  /** What `Apollo-Query-Plan-Experimental` asks for, which came before `Apollo-Expose-Query-Plan`. */
  legacy: 'text' | 'object' | null;
}

const DRY_RUN = 'dry-run';
const EXPOSE = new Set(['true', DRY_RUN]);

/** What the headers of a request ask for; null for nothing. */
export function planWishOf(headers: Readonly<Record<string, unknown>>): PlanWish | null {
  const expose = String(headers['apollo-expose-query-plan']).toLowerCase();
  const legacy = headers['apollo-query-plan-experimental'] !== undefined;
  if (!legacy && !EXPOSE.has(expose)) return null;
  const format = headers['apollo-query-plan-experimental-format'];
  return {
    dryRun: expose === DRY_RUN,
    legacy: legacy ? (format === 'internal' ? 'object' : 'text') : null,
  };
}

/**
 * Whether who asks gets the plan: others get an answer as if they had not asked for it. Throws FORBIDDEN or
 * UNAUTHENTICATED where they ask for nothing else.
 */
export function maySeePlan(
  roles: readonly string[],
  { dryRun }: PlanWish,
  identity: Identity | null,
): boolean {
  if (mayHave({ roles }, identity)) return true;
  if (!dryRun) return false;
  throw identity
    ? new SpyhopError('FORBIDDEN', 'The identity may not see query plans.')
    : new SpyhopError('UNAUTHENTICATED', 'Sign in or send a key to see query plans.');
}

/** An answer with its plan in `extensions.apolloQueryPlan`. */
export function withPlan(json: string, node: QueryPlan['node'], { legacy }: PlanWish): string {
  const answer = JSON.parse(json) as { extensions?: object };
  const object = { kind: 'QueryPlan', node } as const;
  const text = prettyFormatQueryPlan(object);
  const shown = {
    apolloQueryPlan: { object, text },
    ...(legacy && { __queryPlanExperimental: legacy === 'text' ? text : object }),
  };
  return JSON.stringify({ ...answer, extensions: { ...answer.extensions, ...shown } });
}
