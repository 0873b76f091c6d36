import { type IncomingMessage, type RequestListener, createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import cors from 'cors';
import fastify, { type FastifyError, type FastifyInstance } from 'fastify';
import { refuseConnection } from './client-errors';
import type { Access } from '../guard/access';
import { type GraphqlService, graphqlListener } from './graphql-http';
import { serveLandingPage, wantsPage } from './landing-page';
import { isAllowedOrigin } from './origins';
import { failureOf } from './request-fault';
import { requestIdOf } from './request-id';
import { type SecurityOptions, securityHeaders } from './security-headers';
import type { Credentials } from './tls';
import { notFound, serveStaticApp } from './static-app';

/** Where GraphQL is served, over HTTP and WebSockets. */
export const GRAPHQL_PATH = '/graphql';

/**
 * How long a connection may be idle, ms. Whoever sends the requests is to close it first: one that is closed
 * here while the next request is on its way would fail that. Load balancers keep theirs for a minute.
 */
const IDLE_CONNECTION_MS = 72_000;
const IDLE_EVERY_MS = 50;

interface HttpOptions extends GraphqlService, Omit<SecurityOptions, 'isOverTls'> {
  /** Null where connections are plain. */
  tls: Credentials | null;
  origins: ReadonlySet<string>;
  /** Whether those pages may send cookies. */
  credentials: boolean;
  /** Who gets a page to try the API with in a browser. */
  sandbox: Access;
  /** A single-page app to serve at /, if any. */
  staticDir: string | null;
  /** Milliseconds that a client may take to send a request. */
  requestTimeoutMs: number;
  /** Of subgraphs' answers, those that clients may get. */
  respondedHeaders: readonly string[];
}

/** Queries and mutations over HTTP, the page to try them with, and the web app. It does not listen yet. */
export async function createHttp(options: HttpOptions): Promise<FastifyInstance> {
  const { requestTimeoutMs, tls, log } = options;
  const limits = {
    keepAliveTimeout: IDLE_CONNECTION_MS,
    requestTimeout: requestTimeoutMs,
    connectionsCheckingInterval: Math.ceil(requestTimeoutMs / 4),
    // Node takes the larger one of the two for bodies, and its own default is 60 s.
    headersTimeout: requestTimeoutMs,
  };
  const security = securityHeaders({ ...options, isOverTls: tls !== null });
  const graphql = allowOrigins(options, graphqlListener(options, security.api));
  const app = fastify({
    serverFactory: (serve) => {
      const listener: RequestListener = (request, response) =>
        (isGraphql(request, options) ? graphql : serve)(request, response);
      return tls
        ? createTlsServer({ ...limits, ...tls }, listener)
        : createServer(limits, listener);
    },
    forceCloseConnections: 'idle',
    clientErrorHandler: refuseConnection,
    genReqId: ({ headers }) => requestIdOf(headers['x-request-id']),
  });
  app.addHook('onRequest', (request, reply, done) => {
    void reply.headers(security.api).header('x-request-id', request.id);
    done();
  });
  app.setErrorHandler((err: FastifyError, request, reply) => {
    const { status, body } = failureOf(err, request.id, log);
    return reply.code(status).send(body);
  });
  if (options.sandbox !== 'nobody') serveLandingPage(app, GRAPHQL_PATH, { ...options, security });
  if (options.staticDir) {
    await serveStaticApp(app, options.staticDir, security.app);
  } else {
    app.get('/', (_, reply) => reply.redirect(GRAPHQL_PATH));
    app.setNotFoundHandler(notFound);
  }
  return app;
}

/** Answers what is under way, for at most `mostMs` milliseconds, and takes nothing new. */
export async function closeHttp(app: FastifyInstance, mostMs: number): Promise<void> {
  // Who was answered before stopping began was not told to close the connection.
  const idle = setInterval(() => app.server.closeIdleConnections(), IDLE_EVERY_MS);
  const deadline = setTimeout(() => app.server.closeAllConnections(), mostMs);
  await app.close().finally(() => {
    clearInterval(idle);
    clearTimeout(deadline);
  });
}

/** A browser that opens the address gets a page instead. */
function isGraphql(request: IncomingMessage, { sandbox }: HttpOptions): boolean {
  const { url = '' } = request;
  if (url !== GRAPHQL_PATH && !url.startsWith(`${GRAPHQL_PATH}?`)) return false;
  return !(sandbox !== 'nobody' && wantsPage(request));
}

/** Programs send no origin and are spared the headers. */
function allowOrigins(
  { origins, credentials, respondedHeaders }: HttpOptions,
  serve: RequestListener,
): RequestListener {
  const allow = cors<IncomingMessage>((request, callback) =>
    callback(null, {
      origin: isAllowedOrigin(request, origins),
      credentials,
      methods: ['GET', 'POST'],
      exposedHeaders: [
        'x-request-id',
        'ratelimit',
        'ratelimit-policy',
        'retry-after',
        'age',
        'cache-status',
        ...respondedHeaders,
      ],
      maxAge: 86_400,
    }),
  );
  return (request, response) => {
    if (request.method === 'POST' && request.headers.origin === undefined) {
      return serve(request, response);
    }
    allow(request, response, () => serve(request, response));
  };
}
