import type { ApolloServer } from '@apollo/server';
import type { Log } from '@spyhop/platform/log';
import { ERROR_CODES } from '@spyhop/platform/errors';
import { GraphQLError } from 'graphql';
import { codedError } from '../execute/errors';
import type { RequestContext } from '../execute/gateway';
import type { Sink } from '../live/member';
import type { Streams } from '../live/streams';
import { type Operations, RefusedOperation } from '../plan/operations';
import type { Asked, StartOperation } from './connection';

interface OperationServices {
  operations: Operations;
  streams: Streams;
  gateway: ApolloServer<RequestContext>;
  newRequestId: () => string;
  log: Log;
}

/** Sends subscriptions to the streams, queries and mutations to the gateway. */
export const createStartOperation =
  (services: OperationServices): StartOperation =>
  (asked, sink) => {
    try {
      const operation = services.operations.prepare(asked.query, asked.operationName);
      if (operation.kind === 'subscription') {
        return services.streams.join(operation.plan, asked.variables ?? {}, sink);
      }
      void runRequest(asked, sink, services);
    } catch (err) {
      sink.error(errorsFor(err, services));
    }
    return () => undefined;
  };

async function runRequest(asked: Asked, sink: Sink, services: OperationServices): Promise<void> {
  const { query, operationName, variables, extensions } = asked;
  try {
    const { body } = await services.gateway.executeOperation(
      {
        query,
        operationName: operationName ?? undefined,
        variables: variables ?? undefined,
        extensions: extensions ?? undefined,
      },
      { contextValue: { requestId: services.newRequestId() } },
    );
    if (body.kind !== 'single') throw new Error('incremental results are not asked for');
    const { errors, data } = body.singleResult;
    if (errors && data === undefined) return sink.error(errors);
    sink.next([Buffer.from(JSON.stringify(body.singleResult))]);
    sink.complete();
  } catch (err) {
    sink.error(errorsFor(err, services));
  }
}

function errorsFor(err: unknown, { log, newRequestId }: OperationServices) {
  if (err instanceof RefusedOperation) return err.errors.map((error) => error.toJSON());
  if (err instanceof GraphQLError) return [err.toJSON()];
  const requestId = newRequestId();
  log.error({ err, requestId }, 'an operation failed');
  const { message, extensions } = codedError('INTERNAL', ERROR_CODES.INTERNAL);
  return [{ message, extensions: { ...extensions, requestId } }];
}
