import { randomUUID } from 'node:crypto';
import { ApolloServer, type ApolloServerOptionsWithGateway } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import fastifyApollo, { fastifyApolloDrainPlugin } from '@as-integrations/fastify';
import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import {
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLSchema,
  createSourceEventStream,
} from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import { CompiledOperations } from './compiled-operations';
import { maskErrors } from './mask-errors';
import type { Log } from './log';
import type { Stop } from './shutdown';
import type { ReadSignedIdentity } from './signed-identity';
import { type MakeContext, SubgraphContexts } from './subgraph-contexts';
import { writeTogether } from './write-together';
import { onBehalfOf, traced } from './tracing';

export interface SubgraphServer<Context extends object> {
  port: number;
  host?: string;
  schema: GraphQLSchema;
  /** A fresh context for every request and for every event of a subscription, so that loaders never serve old values. */
  context: MakeContext<Context>;
  /** Reads who asks: then only the router is answered. Without it whoever gets here is, as nobody. */
  identity?: ReadSignedIdentity | null;
  log: Log;
}

/** Serves a subgraph at /graphql over HTTP and graphql-transport-ws on one port. */
export async function startSubgraph<Context extends object>(
  options: SubgraphServer<Context>,
): Promise<Stop> {
  const { schema, log } = options;
  const contexts = new SubgraphContexts(options.context, options.identity ?? null);
  const formatError = maskErrors(log);
  const app = fastify({
    forceCloseConnections: true,
    genReqId: (request) => String(request.headers['x-request-id'] ?? randomUUID()),
  });
  app.addHook('onRequest', (request, _reply, done) => onBehalfOf(request.headers, done));
  const operations = new CompiledOperations(schema);
  const apollo = new ApolloServer<Context>({
    gateway: executedBy(operations, schema),
    formatError,
    plugins: [
      fastifyApolloDrainPlugin(app),
      // It would look at every field of every answer.
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
    ],
    stopOnTerminationSignals: false,
  });
  const bodies = options.identity ? keepBodies(app) : new WeakMap<FastifyRequest, string>();
  await apollo.start();
  await app.register(fastifyApollo(apollo), {
    context: (request, reply) =>
      contexts.ofRequest(
        {
          headers: request.headers,
          respond: (name, value) => void reply.header(name, value),
        },
        bodies.get(request),
      ),
  });
  const sockets = new WebSocketServer({ server: app.server, path: '/graphql' });
  const live = useServer(
    {
      schema,
      onSubscribe: (_ctx, _id, payload) => contexts.refusalOf(payload),
      context: (_ctx, _id, payload) => contexts.ofOperation(payload),
      execute: ({ document, operationName, contextValue, variableValues }) =>
        operations.get(document, operationName)(undefined, contextValue, variableValues),
      subscribe: (args) =>
        subscribeWithFreshContext(args, operations, () =>
          contexts.anew(args.contextValue as Context),
        ),
      onNext: ({ extra }, _id, _payload, _args, result) => {
        writeTogether(extra.request.socket);
        return masked(result, formatError);
      },
      onError: (_ctx, _id, _payload, errors) => errors.map((error) => formatError(error, error)),
    },
    sockets,
  );
  await app.listen({ port: options.port, host: options.host ?? '127.0.0.1' });
  return async () => {
    await live.dispose();
    await apollo.stop();
    await app.close();
  };
}

/** As they came: what the router has signed. */
function keepBodies(app: FastifyInstance): WeakMap<FastifyRequest, string> {
  const bodies = new WeakMap<FastifyRequest, string>();
  const parse = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    bodies.set(request, String(body));
    return parse(request, String(body), done);
  });
  return bodies;
}

type Gateway = NonNullable<ApolloServerOptionsWithGateway<object>['gateway']>;

/** Apollo Server takes another executor than graphql-js only as that of a gateway. */
const executedBy = (operations: CompiledOperations, schema: GraphQLSchema): Gateway => ({
  onSchemaLoadOrUpdate: (use) => {
    use({ apiSchema: schema, coreSupergraphSdl: '' });
    return () => undefined;
  },
  load: async () => ({
    executor: ({ document, operationName, context, request }) =>
      traced(
        'execute',
        { kind: 'server', attributes: { 'graphql.operation.name': operationName ?? '' } },
        () => operations.get(document, operationName)(undefined, context, request.variables),
      ),
  }),
  stop: async () => undefined,
});

async function subscribeWithFreshContext<Context extends object>(
  args: ExecutionArgs,
  operations: CompiledOperations,
  context: () => Context,
): Promise<AsyncIterable<ExecutionResult> | ExecutionResult> {
  const events = await createSourceEventStream(args);
  if (!isAsyncIterable(events)) return events;
  const execute = operations.get(args.document, args.operationName);
  return mapEvents(events, async (event) => execute(event, context(), args.variableValues));
}

/** A generator would hold `return` back until the next event; leaving must reach the source at once. */
function mapEvents<From, To>(
  source: AsyncIterable<From>,
  map: (event: From) => Promise<To>,
): AsyncIterableIterator<To> {
  const events = source[Symbol.asyncIterator]();
  return {
    next: async () => {
      const event = await events.next();
      return event.done ? event : { done: false, value: await map(event.value) };
    },
    return: async () => {
      await events.return?.();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

const masked = (
  result: ExecutionResult,
  formatError: ReturnType<typeof maskErrors>,
): ExecutionResult =>
  result.errors
    ? { ...result, errors: result.errors.map((e) => formatError(e, e)) as never }
    : result;

const isAsyncIterable = (value: object): value is AsyncIterable<unknown> =>
  Symbol.asyncIterator in value;
