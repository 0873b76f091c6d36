import type { Identity } from '@spyhop/platform/identity';
import type { Demand } from '../guard/demand';
import type { Graph } from '../plan/graph';
import type { Operation, PreparedSubscription } from '../plan/operations';
import { refused } from '../plan/refused';
import { maySeePlan, withPlan } from '../plan/shown-plan';
import { coerceVariables } from '../plan/variables';
import type { Answer, RequestContext } from './answer';
import { NOTHING_RUN, nothingPermitted } from './response-text';
import type { Told } from './told';

/** A subscription that somebody asks for where no stream can be sent. */
interface AskedSubscription {
  operation: Operation & PreparedSubscription;
  graph: Graph;
  variables: Readonly<Record<string, unknown>>;
  context: RequestContext;
  told: Told;
}

/**
 * Answers a dry run of a subscription with its plan: what is subscribed to, and what is joined onto each
 * event. Throws RefusedOperation for anything but a dry run, and SpyhopError for who may not see plans.
 */
export async function showSubscription(
  { operation, graph, variables: given, context, told }: AskedSubscription,
  { demand, planRoles }: { demand: Demand; planRoles: readonly string[] },
): Promise<Answer> {
  const { planWish } = context;
  if (!planWish?.dryRun) {
    throw refused(
      'BAD_REQUEST',
      'Subscriptions need a WebSocket with the subprotocol graphql-transport-ws at this same path, or a client that accepts text/event-stream or multipart/mixed;subscriptionSpec=1.0.',
      400,
    );
  }
  const { plan } = operation;
  told.name = plan.name;
  const variables = coerceVariables(plan.schema, plan.definitions, given);
  const identity = await context.identify();
  told.cost = operation.cost(variables);
  await demand.charge(told.cost, { ...context, identity });
  const errors = await refusalsOf(operation, graph, identity, variables);
  if (errors.length > 0) return nothingPermitted(errors, context);
  maySeePlan(planRoles, planWish, identity);
  const { node } = plan.under(variables);
  return { ...NOTHING_RUN, json: withPlan(String(NOTHING_RUN.json), node, planWish) };
}

async function refusalsOf(
  { requirements, refusals }: PreparedSubscription,
  { authorisation }: Graph,
  identity: Identity | null,
  variables: Readonly<Record<string, unknown>>,
) {
  if (!requirements) return [];
  return refusals(await authorisation.decide(requirements, identity), variables).errors;
}
