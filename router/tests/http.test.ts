import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '@spyhop/platform/testkit/until';
import { buildClientSchema, getIntrospectionQuery, type IntrospectionQuery } from 'graphql';
import { Rig } from './kit';

let rig: Rig;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'router-static-'));
  await mkdir(join(folder, 'assets'));
  await writeFile(join(folder, 'index.html'), '<!doctype html><title>app</title>');
  await writeFile(join(folder, 'robots.txt'), 'User-agent: *');
  await writeFile(join(folder, 'assets', 'index-B4x1_aQ2.js'), 'console.log("app")');
  await writeFile(join(folder, 'assets', 'index-B4x1_aQ2.js.gz'), gzipSync('console.log("app")'));
  rig = await Rig.start({
    ROUTER_WEB_FOLDER: folder,
    ROUTER_WEB_ORIGINS: 'https://app.example',
    ROUTER_LIMITS_DEPTH: '3',
  });
});
afterAll(async () => {
  await rig.stop();
  await rm(folder, { recursive: true });
});

const get = (path: string, headers: HeadersInit = {}): Promise<Response> =>
  fetch(`http://127.0.0.1:${rig.port}${path}`, { headers, redirect: 'manual' });

const post = (body: string, headers: HeadersInit = {}): Promise<Response> =>
  fetch(rig.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });

describe('queries and mutations', () => {
  it('are answered from several subgraphs', async () => {
    const { status, body } = await rig.ask('{ products { name rating maker { title } } }');
    expect(status).toBe(200);
    expect(body.data).toEqual({
      products: [
        { name: 'Lamp', rating: 0.5, maker: { title: 'NL-1' } },
        { name: 'Chair', rating: 1, maker: { title: 'NL-2' } },
        { name: 'Table', rating: 1.5, maker: { title: 'NL-3' } },
      ],
    });
    expect(
      (await rig.ask('mutation { rename(id: "2", name: "Stool") { name stock } }')).body,
    ).toEqual({ data: { rename: { name: 'Stool', stock: 2 } } });
  });

  it('show the schema that clients see', async () => {
    const { body } = await rig.ask(getIntrospectionQuery());
    const schema = buildClientSchema(body.data as unknown as IntrospectionQuery);
    expect(schema.getSubscriptionType()?.getFields()).toHaveProperty('priceChanged');
    expect(Object.keys(schema.getTypeMap()).filter((name) => /join__|_Entity/.test(name))).toEqual(
      [],
    );
  });

  it('keep the codes of expected errors with their details', async () => {
    const { body } = await rig.ask('{ coded }');
    expect(body.errors).toMatchObject([
      {
        message: '`first` must be 1 to 5.',
        path: ['coded'],
        extensions: { code: 'INVALID_INPUT', allowed: [1, 5] },
      },
    ]);
    expect(body.errors?.[0]?.extensions).not.toHaveProperty('serviceName');
  });

  it('hide unexpected errors', async () => {
    const { body } = await rig.ask('{ broken }');
    expect(body.errors).toMatchObject([{ extensions: { code: 'INTERNAL' } }]);
    expect(JSON.stringify(body)).not.toMatch(/SELECT|stack|products/);
  });

  it('answer in part when a subgraph is away', async () => {
    await rig.shop.stop('reviews');
    const { body } = await rig.ask('{ product(id: "1") { name rating } }');
    await rig.shop.start('reviews');
    expect(body.data).toEqual({ product: { name: 'Lamp', rating: null } });
    expect(body.errors).toMatchObject([{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }]);
    expect(JSON.stringify(body)).not.toMatch(/127\.0\.0\.1|ECONN|reviews/);
  });

  it('carry a request id from the client or of our own', async () => {
    const given = await rig.ask('{ coded }', {}, { 'x-request-id': 'client-chosen-id' });
    expect(given.headers.get('x-request-id')).toBe('client-chosen-id');
    expect(given.body.extensions).toEqual({ requestId: 'client-chosen-id' });
    const own = await rig.ask('{ me { id } }', {}, { 'x-request-id': 'no\tgood' });
    expect(own.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('find their connection open for longer than load balancers keep it, 60 seconds as a rule', async () => {
    const { headers } = await rig.ask('{ me { id } }');
    const [, seconds] = /timeout=(\d+)/.exec(headers.get('keep-alive') ?? '') ?? [];
    expect(Number(seconds)).toBeGreaterThan(60);
  });

  it('take GET requests that no other page could have sent', async () => {
    const query = `/graphql?query=${encodeURIComponent('{ me { name } }')}`;
    expect((await get(query)).status).toBe(400);
    const allowed = await get(query, { 'apollo-require-preflight': '1' });
    expect(await allowed.json()).toEqual({ data: { me: { name: 'Ann' } } });
  });
});

describe('a batch', () => {
  it('is answered in its order, each request with its own errors', async () => {
    const queries = ['{ me { name } }', '{ nothing }', '{ coded }'];
    const response = await post(JSON.stringify(queries.map((query) => ({ query }))));
    expect(await response.json()).toMatchObject([
      { data: { me: { name: 'Ann' } } },
      { errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] },
      { data: { coded: null }, errors: [{ extensions: { code: 'INVALID_INPUT' } }] },
    ]);
  });

  it.each([0, 11])('of %i requests is refused', async (length) => {
    const response = await post(JSON.stringify(Array(length).fill({ query: '{ me { id } }' })));
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      errors: [
        { message: expect.stringContaining('1 to 10'), extensions: { code: 'BAD_REQUEST' } },
      ],
    });
  });
});

describe('a bad request', () => {
  it.each([
    ['broken JSON', '{"query":', 400, 'BAD_REQUEST'],
    ['nothing', '', 400, 'BAD_REQUEST'],
    ['no query', '{}', 400, 'BAD_REQUEST'],
    ['broken GraphQL', '{"query":"{"}', 400, 'GRAPHQL_PARSE_FAILED'],
    ['an unknown field', '{"query":"{ nothing }"}', 400, 'GRAPHQL_VALIDATION_FAILED'],
    ['a subscription', '{"query":"subscription { noted { text } }"}', 400, 'BAD_REQUEST'],
    ['too much', JSON.stringify({ query: ' '.repeat(300_000) }), 413, 'BAD_REQUEST'],
    ['a prototype', '{"query":"{ me { id } }","__proto__":{"x":1}}', 400, 'BAD_REQUEST'],
    [
      'too many tokens',
      JSON.stringify({ query: `{ ${'__typename '.repeat(9_000)} }` }),
      400,
      'OPERATION_TOO_LARGE',
    ],
    [
      'too many levels',
      '{"query":"{ products { ...F } } fragment F on Product { reviews { author { id } } }"}',
      400,
      'OPERATION_TOO_LARGE',
    ],
  ])('with %s is refused with a code', async (_, body, status, code) => {
    const response = await post(body, { accept: 'application/graphql-response+json' });
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({
      errors: [{ message: expect.any(String), extensions: { code } }],
    });
  });

  it('that is well-formed has status 200 for who accepts application/json alone', async () => {
    const response = await post('{"query":"{ nothing }"}', { accept: 'application/json' });
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }],
    });
  });

  it.each(['PUT', 'DELETE', 'PATCH'])('by %s is told what is allowed', async (method) => {
    const response = await fetch(rig.url, {
      method,
      headers: { 'content-type': 'application/json' },
    });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, POST']);
    expect(await response.json()).toMatchObject({
      errors: [{ extensions: { code: 'BAD_REQUEST' } }],
    });
  });

  it('for something that is not there is told so', async () => {
    const response = await get('/nothing.json');
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({
      errors: [{ extensions: { code: 'NOT_FOUND' } }],
    });
  });
});

describe('names that start as those that the router gives', () => {
  it.each([
    ['{ me { _client_name: name name } }', { me: { _client_name: 'Ann', name: 'Ann' } }],
    ['{ me { _client_name: __typename } }', { me: { _client_name: 'User' } }],
    ['{ _client_me: me { id: name } }', { _client_me: { id: 'Ann' } }],
  ])('are kept: %s', async (query, data) => {
    expect((await rig.ask(query)).body).toEqual({ data });
  });
});

describe('other origins', () => {
  const preflight = (origin: string): Promise<Response> =>
    fetch(rig.url, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type',
      },
    });

  it.each(['https://studio.apollographql.com', 'https://app.example'])(
    'may use the API from %s',
    async (origin) => {
      const response = await preflight(origin);
      expect(response.headers.get('access-control-allow-origin')).toBe(origin);
      expect(response.headers.get('access-control-allow-headers')).toBe('content-type');
      const answer = await rig.ask('{ me { id } }', {}, { origin });
      expect(answer.headers.get('access-control-allow-origin')).toBe(origin);
    },
  );

  it('send cookies only where that is configured', async () => {
    const allowed = (response: Response): string | null =>
      response.headers.get('access-control-allow-credentials');
    expect(allowed(await preflight('https://app.example'))).toBeNull();
    const kept = await Rig.start({
      ROUTER_WEB_ORIGINS: 'https://app.example',
      ROUTER_WEB_CREDENTIALS: 'true',
    });
    const answer = await fetch(kept.url, {
      method: 'POST',
      headers: { origin: 'https://app.example', 'content-type': 'application/json' },
      body: '{"query":"{ me { id } }"}',
    });
    expect(allowed(answer)).toBe('true');
    await kept.stop();
  });

  it('may not use it from elsewhere', async () => {
    const response = await preflight('https://evil.example');
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('a browser', () => {
  it("gets a page at the API's address that works without the network", async () => {
    const response = await get('/graphql', { accept: 'text/html,application/xhtml+xml' });
    expect(response.headers.get('content-type')).toContain('text/html');
    expect(await response.text()).toMatch(/EmbeddedSandbox[^]*onerror = useGraphiql/);
    const graphiql = await get('/graphiql', { accept: 'text/html' });
    expect(await graphiql.text()).toContain('"subscriptionsProtocol":"WS"');
  });

  it('gets the app for every address that is a page of it', async () => {
    for (const path of ['/', '/products-of-mine', '/product/7?tab=reviews']) {
      const response = await get(path, { accept: 'text/html' });
      expect(await response.text()).toContain('<title>app</title>');
      expect(response.headers.get('cache-control')).toBe('no-cache');
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    }
  });

  it('gets hashed files once and for all, compressed when they are', async () => {
    const script = '/assets/index-B4x1_aQ2.js';
    const compressed = await get(script, { 'accept-encoding': 'gzip' });
    expect(compressed.headers.get('content-encoding')).toBe('gzip');
    expect(compressed.headers.get('content-type')).toContain('javascript');
    expect(compressed.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(await compressed.text()).toBe('console.log("app")');
    const plain = await get(script, { 'accept-encoding': 'identity' });
    expect(plain.headers.get('content-encoding')).toBeNull();
    expect((await get('/robots.txt')).headers.get('cache-control')).toBe('no-cache');
    expect((await get('/assets/index-00000000.js', { accept: 'text/html' })).status).toBe(404);
  });
});

describe('the admin port', () => {
  it('says that the router is live and ready, and counts', async () => {
    const admin = `http://127.0.0.1:${rig.adminPort}`;
    expect((await fetch(`${admin}/health/live`)).status).toBe(200);
    expect(await (await fetch(`${admin}/health/ready`)).json()).toEqual({
      status: 'ready',
      checks: { schema: true },
    });
    await rig.ask('{ me { id } }');
    await until(async () => (await rig.metric('router_requests_total', { outcome: 'ok' })) > 0);
  });

  it('times operations by name, without letting clients grow the metrics for ever', async () => {
    for (let index = 0; index < 150; index += 1) await rig.ask(`query Q${index} { me { id } }`);
    const metrics = await fetch(`http://127.0.0.1:${rig.adminPort}/metrics`);
    const names = (await metrics.text()).matchAll(
      /router_request_seconds_count\{[^}]*\bname="(\w+)"/g,
    );
    const counted = [...names].map(([, name]) => name);
    expect(counted).toContain('Q0');
    expect(counted).toContain('other');
    expect(counted.length).toBeLessThanOrEqual(101);
  });
});
