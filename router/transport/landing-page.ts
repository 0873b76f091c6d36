import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { constants, brotliCompress, gzip } from 'node:zlib';
import { SpyhopError } from '@spyhop/platform/errors';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Access, mayHave } from '../guard/access';
import type { Identify, Identity } from '../guard/identity';
import type { AddressOf } from './client-address';
import type { Security, SecurityHeaders } from './security-headers';

const SANDBOX =
  'https://embeddable-sandbox.cdn.apollographql.com/_latest/embeddable-sandbox.umd.production.min.js';
const SANDBOX_PATIENCE_MS = 4_000;
/** The page's program comes with the router: it changes only with a new version of it. */
const GRAPHIQL_MAX_AGE_S = 3_600;

interface LandingPageOptions {
  security: Pick<Security, 'sandbox' | 'graphiql'>;
  sandbox: Access;
  identify: Identify;
  addressOf: AddressOf;
}

/** Serves a page to try the API with: Apollo Sandbox where the network has it, the bundled GraphiQL otherwise. */
export function serveLandingPage(
  app: FastifyInstance,
  graphqlPath: string,
  { security, sandbox, identify, addressOf }: LandingPageOptions,
): void {
  const cacheControl = `${sandbox === 'everyone' ? 'public' : 'private'}, max-age=${GRAPHIQL_MAX_AGE_S}`;
  const admit = async ({ headers, raw }: FastifyRequest): Promise<void> => {
    if (sandbox === 'everyone') return;
    const identity = await identify(headers, addressOf(raw));
    if (!mayHave(sandbox, identity)) throw sandboxRefused(identity);
  };
  const page = sandboxPage(graphqlPath);
  const headers = security.sandbox(page);
  app.addHook('onRequest', async (request, reply) => {
    if (request.url.split('?', 1)[0] !== graphqlPath || !wantsPage(request)) return;
    await admit(request);
    await reply
      .headers(headers)
      .type('text/html; charset=utf-8')
      .header('vary', 'accept')
      .header('cache-control', cacheControl)
      .send(page);
  });
  let graphiql: Promise<Page> | undefined;
  app.get('/graphiql', async (request, reply) => {
    await admit(request);
    graphiql ??= renderGraphiql(graphqlPath, security.graphiql);
    return sendPage(await graphiql, request, reply.header('cache-control', cacheControl));
  });
}

const sandboxRefused = (identity: Identity | null): SpyhopError =>
  identity
    ? new SpyhopError('FORBIDDEN', 'The identity may not use the page to try the API with.')
    : new SpyhopError('UNAUTHENTICATED', 'Sign in to use the page to try the API with.');

/** A browser that opens the API's address, not a GraphQL request over GET. */
export function wantsPage({ method, url = '', headers }: PageRequest): boolean {
  if (method !== 'GET' || headers.upgrade !== undefined) return false;
  if (!(headers.accept ?? '').includes('text/html')) return false;
  const parameters = new URLSearchParams(url.split('?', 2)[1]);
  return !parameters.has('query') && !parameters.has('extensions');
}

type PageRequest = Pick<IncomingMessage, 'method' | 'url' | 'headers'>;

const sandboxPage = (graphqlPath: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>GraphQL API</title>
<style>
html, body, #sandbox { height: 100%; margin: 0; }
body { font-family: system-ui, sans-serif; background: #fff; color: #1b2240; }
#wait { position: absolute; inset: 0; display: grid; place-items: center; }
</style>
</head>
<body>
<p id="wait">Opening Apollo Sandbox … or use&nbsp;<a href="/graphiql">GraphiQL</a></p>
<div id="sandbox"></div>
<script>
  const useGraphiql = () => location.replace('/graphiql');
  const patience = setTimeout(useGraphiql, ${SANDBOX_PATIENCE_MS});
  const openSandbox = () => {
    clearTimeout(patience);
    document.querySelector('#wait').remove();
    const endpoint = location.origin + ${JSON.stringify(graphqlPath)};
    new window.EmbeddedSandbox({
      target: '#sandbox',
      initialEndpoint: endpoint,
      initialSubscriptionEndpoint: endpoint.replace(/^http/, 'ws'),
      initialState: { pollForSchemaUpdates: false },
    });
  };
  const script = document.createElement('script');
  script.src = ${JSON.stringify(SANDBOX)};
  script.onload = openSandbox;
  script.onerror = useGraphiql;
  document.head.append(script);
</script>
</body>
</html>
`;

interface Page {
  plain: Buffer;
  br: Buffer;
  gzip: Buffer;
  headers: SecurityHeaders;
}

/** The page is some megabytes: it is loaded when first asked for and compressed once. */
async function renderGraphiql(
  endpoint: string,
  headersOf: (html: string) => SecurityHeaders,
): Promise<Page> {
  const { renderGraphiQL } = await import('@graphql-yoga/render-graphiql');
  const html = renderGraphiQL({ title: 'GraphiQL', endpoint, subscriptionsProtocol: 'WS' });
  const plain = Buffer.from(html);
  const [br, gzipped] = await Promise.all([
    promisify(brotliCompress)(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }),
    promisify(gzip)(plain),
  ]);
  return { plain, br, gzip: gzipped, headers: headersOf(html) };
}

function sendPage(page: Page, { headers }: FastifyRequest, reply: FastifyReply): FastifyReply {
  const accepted = String(headers['accept-encoding'] ?? '');
  const encoding = (['br', 'gzip'] as const).find((name) => accepted.includes(name));
  if (encoding) void reply.header('content-encoding', encoding);
  return reply
    .headers(page.headers)
    .type('text/html; charset=utf-8')
    .header('vary', 'accept-encoding')
    .send(encoding ? page[encoding] : page.plain);
}
