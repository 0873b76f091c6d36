import { ERROR_CODES } from '@spyhop/platform/errors';
import type { Log } from '@spyhop/platform/log';
import type { Answers } from '../execute/answer';
import { codedError } from '../execute/errors';
import type { Session } from '../live/session';
import type { Sink } from '../live/sink';
import type { PlanAnew, Streams } from '../live/streams';
import type { Graph } from '../plan/graph';
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
      if (operation.kind === 'subscription') {
        const viewer = { session, shareKey: null };
        return services.streams.join(operation.plan, asked.variables ?? {}, sink, viewer);
      }
      void answerOnce(asked, sink, session, services);
    } catch (err) {
      sink.error(errorsFor(err, services));
    }
    return () => undefined;
  };

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
  const requestId = newRequestId();
  log.error({ err, requestId }, 'an operation failed');
  const { message, extensions } = codedError('INTERNAL', ERROR_CODES.INTERNAL);
  return [{ message, extensions: { ...extensions, requestId } }];
}
