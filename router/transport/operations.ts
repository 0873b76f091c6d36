import { ERROR_CODES, SpyhopError } from '@spyhop/platform/errors';
import type { Identity } from '@spyhop/platform/identity';
import type { Log } from '@spyhop/platform/log';
import type { Answers, GraphqlRequest } from '../execute/answer';
import { type PathError, codedError } from '../execute/errors';
import type { Session } from '../live/session';
import type { Sink } from '../live/sink';
import type { PlanAnew, Streams } from '../live/streams';
import type { Graph } from '../plan/graph';
import type { PreparedSubscription } from '../plan/operations';
import { RefusedOperation } from '../plan/refused';
import type { Asked, StartOperation } from './connection';

interface OperationServices {
  graph: () => Graph;
  streams: Streams;
  answers: Answers;
  newRequestId: () => string;
  log: Log;
}

/** Sends subscriptions to the streams; queries and mutations are answered once. */
export const createStartOperation =
  (services: OperationServices): StartOperation =>
  (asked, sink, session) => {
    try {
      const operation = services.graph().operations.prepare(asked.query, asked.operationName);
      if (operation.kind === 'request') {
        void answerOnce(asked, sink, session, services);
      } else if (operation.requirements === null) {
        const viewer = { session, shareKey: null };
        return services.streams.join(operation.plan, asked.variables ?? {}, sink, viewer);
      } else {
        return joinWhenPermitted(asked, sink, session, services);
      }
    } catch (err) {
      sink.error(errorsFor(err, services));
    }
    return () => undefined;
  };

/** A subscription with a field that who asks may not use is refused as a whole: it would lack it in every result. */
function joinWhenPermitted(
  asked: Asked,
  sink: Sink,
  session: Session,
  services: OperationServices,
): () => void {
  let leave: (() => void) | null = null;
  let hasLeft = false;
  decide(asked, session, services)
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
    requestId: newRequestId(),
    identify: async () => session.identity,
    readOnly: asked.readOnly ?? false,
  });
  if (outcome === 'refused') {
    const { errors } = JSON.parse(String(json)) as { errors: Parameters<Sink['error']>[0] };
    return sink.error(errors);
  }
  sink.next([typeof json === 'string' ? Buffer.from(json) : json]);
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
