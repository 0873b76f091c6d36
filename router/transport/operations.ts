import { ERROR_CODES } from '@spyhop/platform/errors';
import type { Log } from '@spyhop/platform/log';
import type { Answers } from '../execute/answer';
import { codedError } from '../execute/errors';
import type { Sink } from '../live/member';
import type { Streams } from '../live/streams';
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
  (asked, sink) => {
    try {
      const operation = services.graph().operations.prepare(asked.query, asked.operationName);
      if (operation.kind === 'subscription') {
        return services.streams.join(operation.plan, asked.variables ?? {}, sink);
      }
      void answerOnce(asked, sink, services);
    } catch (err) {
      sink.error(errorsFor(err, services));
    }
    return () => undefined;
  };

async function answerOnce(
  asked: Asked,
  sink: Sink,
  { answers, newRequestId }: OperationServices,
): Promise<void> {
  const { json, outcome } = await answers.answer(asked, { requestId: newRequestId() });
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
