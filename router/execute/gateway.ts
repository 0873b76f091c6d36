import { ApolloGateway, type GraphQLDataSource } from '@apollo/gateway';
import { ApolloServer, type ApolloServerPlugin, type GraphQLRequestContext } from '@apollo/server';
import {
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import type { Log } from '@spyhop/platform/log';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import type { RouterMetrics } from '../metrics';
import { type OperationLimits, depthLimit } from '../plan/limits';
import { type LoadedSupergraph, withoutMandatoryFeatures } from '../supergraph/load';
import { type PathError, publicError } from './errors';
import type { SubgraphClient } from './subgraph-client';

/** What accompanies a query or mutation through its execution. */
export interface RequestContext {
  requestId: string;
}

interface GatewayServices {
  supergraph: LoadedSupergraph;
  client: SubgraphClient;
  limits: OperationLimits;
  metrics: RouterMetrics;
  log: Log;
}

/** Starts what answers queries and mutations. */
export async function startGateway(
  services: GatewayServices,
): Promise<ApolloServer<RequestContext>> {
  const { supergraph, client, limits, metrics, log } = services;
  const logger = {
    debug: (message?: unknown) => log.debug(String(message)),
    info: (message?: unknown) => log.debug(String(message)),
    warn: (message?: unknown) => log.warn(String(message)),
    error: (message?: unknown) => log.error(String(message)),
  };
  const server = new ApolloServer<RequestContext>({
    gateway: new ApolloGateway({
      supergraphSdl: withoutMandatoryFeatures(supergraph.sdl),
      buildService: ({ name }) => dataSource(name, client),
      logger,
    }),
    introspection: true,
    includeStacktraceInErrorResponses: false,
    parseOptions: { maxTokens: limits.tokens },
    validationRules: [depthLimit(limits.depth)],
    formatError,
    logger,
    stopOnTerminationSignals: false,
    plugins: [
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      requestPlugin(metrics, log),
    ],
  });
  await server.start();
  return server;
}

/** Lets the gateway's executor ask subgraphs over our connections. */
const dataSource = (
  subgraph: string,
  client: SubgraphClient,
): GraphQLDataSource<RequestContext> => ({
  process: async ({ request, context }) => {
    const { query = '', operationName, variables } = request;
    const answer = await client.ask({
      subgraph,
      body: JSON.stringify({ query, operationName, variables }),
      requestId: (context as Partial<RequestContext>).requestId ?? '',
      repeatable: !query.startsWith('mutation'),
    });
    return { data: answer.data, errors: answer.errors as GraphQLFormattedError[] };
  },
});

function requestPlugin(metrics: RouterMetrics, log: Log): ApolloServerPlugin<RequestContext> {
  return {
    requestDidStart: async () => ({
      didResolveOperation: async (context) => refuseSubscription(context),
      didEncounterErrors: async (context) => logInternal(context, log),
      willSendResponse: async ({ response, operation, contextValue }) => {
        const { body } = response;
        const failed = body.kind === 'single' && Boolean(body.singleResult.errors?.length);
        metrics.requests.inc({
          operation: operation?.operation ?? 'none',
          outcome: failed ? 'errors' : 'ok',
        });
        if (!failed) return;
        const { requestId } = contextValue;
        body.singleResult.extensions = { ...body.singleResult.extensions, requestId };
      },
    }),
  };
}

async function refuseSubscription({
  operation,
}: GraphQLRequestContext<RequestContext>): Promise<void> {
  if (operation?.operation !== 'subscription') return;
  throw new GraphQLError(
    'Subscriptions need a WebSocket with the subprotocol graphql-transport-ws, at this same path.',
    { extensions: { code: 'BAD_REQUEST', http: { status: 400 } } },
  );
}

function logInternal(
  { errors, contextValue }: GraphQLRequestContext<RequestContext>,
  log: Log,
): void {
  for (const err of errors ?? []) {
    if (err.extensions['code'] === 'INTERNAL_SERVER_ERROR') {
      log.error({ err, requestId: contextValue.requestId }, 'a request failed');
    }
  }
}

/** Codes of requests that are refused before anything runs: they tell the client what to mend. */
const REQUEST_CODES = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
]);

function formatError(formatted: GraphQLFormattedError): GraphQLFormattedError {
  const { code, serviceName, stacktrace: _, ...details } = formatted.extensions ?? {};
  if (serviceName === undefined && REQUEST_CODES.has(String(code))) {
    return { ...formatted, extensions: { ...details, code } };
  }
  const { path, ...shown }: PathError = publicError(formatted, formatted.path);
  return {
    ...shown,
    ...(path && { path }),
    ...(formatted.locations && { locations: formatted.locations }),
  };
}
