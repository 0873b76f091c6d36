import { request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '@spyhop/platform/testkit/until';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { Subscriber } from './kit';
import { readLog } from './logged';
import { Office } from './office';

let office: Office;
let port: number;
let log: ReturnType<typeof readLog>;
let ann: Record<string, string>;

beforeAll(async () => {
  log = readLog();
  office = await Office.open();
  port = await office.route({ LOG_LEVEL: 'info', ROUTER_AUTHORISATION_INTROSPECTION: 'nobody' });
  ann = { authorization: `Bearer ${await office.token('ann', { scope: 'calls:read' })}` };
});
afterAll(async () => {
  await office.close();
  log.stop();
});
beforeEach(() => {
  office.heard = [];
  log.lines.length = 0;
});

interface Body {
  data?: unknown;
  errors?: { message: string; extensions: { code: string } }[];
}

async function ask(
  query: string,
  headers: Record<string, string> = ann,
  extra = {},
): Promise<Body> {
  const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query, ...extra }),
  });
  return (await response.json()) as Body;
}

const heardBy = (subgraph: string): string[] =>
  office.heard.filter((heard) => heard.subgraph === subgraph).map(({ query }) => query);

describe('a field that needs a scope, asked for without it', () => {
  it.each([
    ['under another name', '{ staff { name x: salary } }'],
    ['under the name of one that is free', '{ staff { name: salary } }'],
    ['twice, once hidden behind a free one', '{ staff { name } staff { id a: salary } }'],
    ['by a fragment', '{ staff { ...F } } fragment F on Person { id salary }'],
    [
      'by a fragment in a fragment',
      '{ ...Q } fragment Q on Query { staff { ...F } } fragment F on Person { id ...G } fragment G on Person { salary }',
    ],
    ['by an inline fragment without a type', '{ staff { id ... { salary } } }'],
    ['by an inline fragment of its type', '{ staff { id ... on Person { salary } } }'],
    [
      'where a variable includes it',
      'query($on: Boolean! = true) { staff { id salary @include(if: $on) } }',
    ],
    ['in a deferred part', '{ staff { id ... @defer { salary } } }'],
  ])('%s is not answered, and its subgraph never asked', async (_, query) => {
    const { data, errors } = await ask(query);
    expect(JSON.stringify(data ?? null)).not.toContain('4200');
    expect(errors?.some(({ extensions }) => extensions.code === 'FORBIDDEN')).toBe(true);
    expect(heardBy('payroll')).toEqual([]);
    expect(heardBy('people').join()).not.toContain('salary');
  });

  it('is not answered through what subgraphs alone are asked', async () => {
    const representations = '[{ __typename: "Person", id: "1" }]';
    for (const query of [
      `{ _entities(representations: ${representations}) { ... on Person { salary } } }`,
      '{ _service { sdl } }',
    ]) {
      const { data, errors } = await ask(query);
      expect(data ?? null).toBeNull();
      expect(errors?.map(({ extensions }) => extensions.code)).toEqual([
        'GRAPHQL_VALIDATION_FAILED',
      ]);
    }
    expect(office.heard).toEqual([]);
  });

  it('is not joined to a subscription', async () => {
    const url = `ws://127.0.0.1:${port}/graphql`;
    const client = createClient({
      url,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
      connectionParams: ann,
    });
    const subscriber = new Subscriber(client, 'subscription { arrived { name y: salary } }');
    await until(() => subscriber.failure !== undefined);
    expect(subscriber.failure).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    await client.dispose();
  });
});

describe('a schema that nobody may read', () => {
  it.each([
    '{ __schema { types { name } } }',
    '{ a: __schema { queryType { name } } }',
    '{ ...F } fragment F on Query { __type(name: "Person") { fields { name } } }',
    '{ motto ... on Query { t: __type(name: "Person") { name } } }',
  ])('is not read by %s', async (query) => {
    const { data, errors } = await ask(query);
    expect(JSON.stringify(data ?? null)).not.toMatch(/Person|Query/);
    expect(errors).toHaveLength(1);
  });
});

describe('what would write into headers or logs', () => {
  /** Header values as they are, which fetch would refuse. */
  const askRaw = (headers: Record<string, string>) =>
    new Promise<{ headers: Record<string, unknown>; body: string }>((resolve, reject) => {
      const all = { 'content-type': 'application/json', ...headers };
      const asked = request(
        { port, path: '/graphql', method: 'POST', headers: all },
        (response) => {
          void text(response).then((body) => resolve({ headers: response.headers, body }), reject);
        },
      );
      asked.on('error', reject).end(JSON.stringify({ query: '{ motto }' }));
    });

  it.each(['a b', '{"level":60}', 'a"; set-cookie: b=1', 'x'.repeat(500), 'é'])(
    'as a request id (%j) is not taken over',
    async (id) => {
      const { headers } = await askRaw({ 'x-request-id': id });
      expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    },
  );

  it('with a line break inside never gets as far as a header', async () => {
    const socket = connect(port, '127.0.0.1');
    const body = '{"query":"{ motto }"}';
    socket.end(
      `POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\nx-request-id: a\n\rset-cookie: b=1\r\n` +
        `content-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`,
    );
    const answer = await text(socket);
    expect(answer).toMatch(/^HTTP\/1\.1 400/);
    expect(answer).not.toContain('set-cookie');
  });

  it('as the name of an operation is cut off, and stays in one line of the log', async () => {
    const name = `a\n{"level":60,"msg":"forged"}${'x'.repeat(10_000)}`;
    const socket = new WebSocket(`ws://127.0.0.1:${port}/graphql`, 'graphql-transport-ws');
    await new Promise((resolve) => socket.once('open', resolve));
    const payload = { query: 'subscription a { arrived { name } }', operationName: name };
    socket.send('{"type":"connection_init"}');
    socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload }));
    const named = (): unknown[] =>
      log.lines.filter(({ msg }) => msg === 'subscription').map((line) => line['operationName']);
    await until(() => named().some((each) => each !== null));
    socket.terminate();
    expect(named()).toContain(name.slice(0, 100));
    expect(log.lines.map(({ msg }) => msg)).not.toContain('forged');
  });
});
