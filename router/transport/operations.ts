import type { Clock } from '@spyhop/platform/clock';
import { ERROR_CODES, SpyhopError } from '@spyhop/platform/errors';
import type { Identity } from '@spyhop/platform/identity';
import type { Log } from '@spyhop/platform/log';
import type { Answers, GraphqlRequest } from '../execute/answer';
import { type PathError, codedError } from '../execute/errors';
import type { Demand } from '../guard/demand';
import { LoggedSink } from '../live/logged-sink';
import type { Session } from '../live/session';
import type { Sink } from '../live/sink';
import type { PlanAnew, Streams } from '../live/streams';
import type { Graph } from '../plan/graph';
import type { Operation, PreparedSubscription } from '../plan/operations';
import { RefusedOperation } from '../plan/refused';
import { coerceVariables } from '../plan/variables';
import type { Asked, StartOperation } from './connection';

interface OperationServices {
  graph: () => Graph;
  streams: Streams;
  answers: Answers;
  demand: Demand;
  newRequestId: () => string;
  clock: Clock;
  log: Log;
}

/** Sends subscriptions to the streams; queries and mutations are answered once. */
export const createStartOperation =
  (services: OperationServices): StartOperation =>
  (asked, client, session) => {
    const told = { name: asked.operationName ?? null, requestId: asked.requestId };
    const sink = new LoggedSink(client, told, services);
    try {
      const operation = services.graph().operations.prepare(asked.query, asked.operationName);
      if (operation.kind === 'request') {
        void answerOnce(asked, client, session, services);
        return () => undefined;
      }
      told.name = operation.plan.name;
      const charged = charge(operation, asked, session, services);
      const leave = joinWhenPermitted(charged, asked, sink, session, services);
      return () => {
        leave();
        sink.left();
      };
    } catch (err) {
      sink.error(errorsFor(err, services));
    }
    return () => undefined;
  };

/** A subscription costs what one of its events does, once: others share what its further events cost. */
const charge = async (
  { plan, cost }: Extract<Operation, PreparedSubscription>,
  { variables }: Asked,
  session: Session,
  { demand }: OperationServices,
): Promise<void> =>
  demand.charge(cost(coerceVariables(plan.schema, plan.definitions, variables ?? {})), session);

/** A subscription with a field that who asks may not use is refused as a whole: it would lack it in every result. */
function joinWhenPermitted(
  charged: Promise<void>,
  asked: Asked,
  sink: Sink,
  session: Session,
  services: OperationServices,
): () => void {
  let leave: (() => void) | null = null;
  let hasLeft = false;
  charged
    .then(() => decide(asked, session, services))
    .then(({ plan, requirements, refused }) => {
      if (hasLeft) return;
      if (refused.length > 0) return sink.error(refused);
      const shareKey = requirements && shareKeyOf(session.identity);
      leave = services.streams.join(plan, asked.variables ?? {}, sink, { session, shareKey });
    })
    .catch((err: unknown) => sink.error(errorsFor(err, services)));
  return () => {
    hasLeft = true;
    leave?.();
  };
}

interface Decided extends PreparedSubscription {
  refused: readonly PathError[];
}

/** Throws RefusedOperation. */
async function decide(
  asked: Asked,
  session: Session,
  services: OperationServices,
): Promise<Decided> {
  const graph = services.graph();
  const operation = graph.operations.prepare(asked.query, asked.operationName);
  if (operation.kind === 'request') throw new Error('a subscription became another operation');
  const { requirements, refusals } = operation;
  if (!requirements) return { ...operation, refused: [] };
  const decision = await graph.authorisation.decide(requirements, session.identity);
  // Another schema, which came meanwhile, may require something else.
  if (services.graph() !== graph) return decide(asked, session, services);
  return { ...operation, refused: refusals(decision, asked.variables ?? {}) };
}

/** Equal for those whom subgraphs take for the same. */
const shareKeyOf = (identity: Identity | null): string =>
  identity === null
    ? ''
    : JSON.stringify([identity.subject, [...identity.scopes].sort(), [...identity.roles].sort()]);

/** False for what cannot be prepared: whoever answers it says why. */
export function isSubscription({ operations }: Graph, asked: GraphqlRequest): boolean {
  try {
    return operations.prepare(asked.query, asked.operationName).kind === 'subscription';
  } catch (err) {
    if (err instanceof RefusedOperation) return false;
    throw err;
  }
}

/** Plans the subscriptions of a former schema as this one would. */
export const planAnewIn =
  ({ operations }: Graph): PlanAnew =>
  (query, name) => {
    const operation = operations.prepare(query, name);
    if (operation.kind === 'subscription') return operation.plan;
    throw new Error('a subscription became another operation');
  };

async function answerOnce(
  asked: Asked,
  sink: Sink,
  session: Session,
  { answers, newRequestId }: OperationServices,
): Promise<void> {
  const { json, outcome } = await answers.answer(asked, {
    requestId: asked.requestId ?? newRequestId(),
    address: session.address,
    identify: async () => session.identity,
    headers: session.headers,
    readOnly: asked.readOnly ?? false,
  });
  if (outcome === 'refused') {
    const { errors } = JSON.parse(json) as { errors: Parameters<Sink['error']>[0] };
    return sink.error(errors);
  }
  sink.next([Buffer.from(json)]);
  sink.complete();
}

function errorsFor(err: unknown, { log, newRequestId }: OperationServices) {
  if (err instanceof RefusedOperation) return err.errors.map((error) => error.toJSON());
  if (err instanceof SpyhopError) return [err.toJSON()];
  const requestId = newRequestId();
  log.error({ err, requestId }, 'an operation failed');
  const { message, extensions } = codedError('INTERNAL', ERROR_CODES.INTERNAL);
  return [{ message, extensions: { ...extensions, requestId } }];
}
