import { isUtf8 } from 'node:buffer';
import fastifyCors from '@fastify/cors';
import { ERROR_CODES, SpyhopError } from '@spyhop/platform/errors';
import type { Log } from '@spyhop/platform/log';
import { onBehalfOf } from '@spyhop/platform/tracing';
import fastify, { type FastifyError, type FastifyInstance } from 'fastify';
import { statusOf } from '../execute/errors';
import { refuseConnection } from './client-errors';
import { type GraphqlService, serveGraphql } from './graphql-http';
import { serveLandingPage } from './landing-page';
import { isAllowedOrigin } from './origins';
import { requestIdOf } from './request-id';
import { type SecurityOptions, securityHeaders } from './security-headers';
import { notFound, serveStaticApp } from './static-app';

/** Where GraphQL is served, over HTTP and WebSockets. */
export const GRAPHQL_PATH = '/graphql';

interface HttpOptions extends GraphqlService, SecurityOptions {
  origins: ReadonlySet<string>;
  /** Whether a browser gets a page to try the API with. */
  hasSandbox: boolean;
  /** A single-page app to serve at /, if any. */
  staticDir: string | null;
  maxBodyBytes: number;
  /** Milliseconds that a client may take to send a request. */
  requestTimeoutMs: number;
  /** Of subgraphs' answers, those that clients may get. */
  respondedHeaders: readonly string[];
  log: Log;
}

/** Queries and mutations over HTTP, the page to try them with, and the web app. It does not listen yet. */
export async function createHttp(options: HttpOptions): Promise<FastifyInstance> {
  const app = fastify({
    bodyLimit: options.maxBodyBytes,
    forceCloseConnections: true,
    clientErrorHandler: refuseConnection,
    requestTimeout: options.requestTimeoutMs,
    http: {
      connectionsCheckingInterval: Math.ceil(options.requestTimeoutMs / 4),
      // Node takes the larger one of the two for bodies, and its own default is 60 s.
      headersTimeout: options.requestTimeoutMs,
    },
    genReqId: ({ headers }) => requestIdOf(headers['x-request-id']),
  });
  const security = securityHeaders(options);
  app.addHook('onRequest', (request, reply, done) => {
    void reply.headers(security.api).header('x-request-id', request.id);
    done();
  });
  app.addHook('preHandler', (request, _reply, done) => onBehalfOf(request.headers, done));
  app.setErrorHandler((err: FastifyError, request, reply) => {
    const { status, body } = failure(err, request.id, options.log);
    return reply.code(status).send(body);
  });
  refuseOtherEncodings(app);
  await allowOrigins(app, options);
  if (options.hasSandbox) serveLandingPage(app, GRAPHQL_PATH, security);
  serveGraphql(app, GRAPHQL_PATH, options);
  if (options.staticDir) {
    await serveStaticApp(app, options.staticDir, security.app);
  } else {
    app.get('/', (_, reply) => reply.redirect(GRAPHQL_PATH));
    app.setNotFoundHandler(notFound);
  }
  return app;
}

/** JSON is UTF-8 (RFC 8259, section 8.1); anything else would be read as something that was not sent. */
function refuseOtherEncodings(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    if (isUtf8(body as Buffer)) return parse(request, body.toString(), done);
    done(Object.assign(new Error('The body is not UTF-8.'), { statusCode: 400 }), undefined);
  });
}

async function allowOrigins(
  app: FastifyInstance,
  { origins, respondedHeaders }: HttpOptions,
): Promise<void> {
  await app.register(fastifyCors, {
    delegator: (request, callback) =>
      callback(null, {
        origin: isAllowedOrigin(request.raw, origins),
        methods: ['GET', 'POST'],
        exposedHeaders: [
          'x-request-id',
          'ratelimit',
          'ratelimit-policy',
          'retry-after',
          ...respondedHeaders,
        ],
        maxAge: 86_400,
      }),
  });
}

/** A request that did not even reach GraphQL, in GraphQL's form. */
function failure(
  err: FastifyError | SpyhopError,
  requestId: string,
  log: Log,
): { status: number; body: object } {
  if (err instanceof SpyhopError) {
    return {
      status: statusOf(err.code),
      body: { errors: [err.toJSON()], extensions: { requestId } },
    };
  }
  const status = err.statusCode ?? 500;
  if (status >= 500) log.error({ err, requestId }, 'a request failed');
  const [message, code] =
    status >= 500 ? [ERROR_CODES.INTERNAL, 'INTERNAL'] : [err.message, 'BAD_REQUEST'];
  return {
    status,
    body: { errors: [{ message, extensions: { code } }], extensions: { requestId } },
  };
}
