import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '@spyhop/platform/testkit/until';
import { type Client, createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { Echo } from './echo';
import { Subscriber } from './kit';

const CONFIG = `
headers:
  forward: [x-tenant, Accept-Language]
  rename: { x-old: x-new }
  set: { x-source: router }
  named:
    right: { forward: [authorization, cookie], set: { x-source: own }, remove: [accept-language] }
    events: { remove: [x-new] }
`;

let echo: Echo;
let clients: Client[] = [];

beforeAll(async () => {
  echo = await Echo.start(CONFIG);
});
afterAll(() => echo.stop());
afterEach(async () => {
  for (const client of clients) client.terminate();
  clients = [];
  await until(() => echo.turns.listening === 0);
  echo.gate = Promise.resolve();
  echo.heard = [];
  echo.responds = {};
});

const EVERYTHING = {
  'x-tenant': 'a',
  'accept-language': 'nl',
  'x-old': 'o',
  'x-else': 'e',
  authorization: 'Basic YTpi',
  cookie: 'session=1',
};

const heardBy = (subgraph: string) =>
  echo.heard.filter((heard) => heard.subgraph === subgraph).map(({ headers }) => headers);

const data = async (response: Promise<Response>): Promise<unknown> =>
  ((await (await response).json()) as { data: unknown }).data;

function connect(
  connectionParams: Record<string, unknown>,
  headers: Record<string, string> = {},
): Client {
  class Socket extends WebSocket {
    constructor(address: string, protocol: string) {
      super(address, protocol, { headers });
    }
  }
  const client = createClient({
    url: `ws://127.0.0.1:${echo.port}/graphql`,
    webSocketImpl: Socket,
    retryAttempts: 0,
    connectionParams,
  });
  clients.push(client);
  return client;
}

const subscribe = (query: string, ...connection: Parameters<typeof connect>): Subscriber =>
  new Subscriber(connect(...connection), `subscription { ${query} }`);

describe("a client's headers", () => {
  it('reach a subgraph as far as a rule for all or for it says so, under the name that it says', async () => {
    await echo.ask({ query: '{ left right }' }, EVERYTHING);
    const [[left], [right]] = [heardBy('left'), heardBy('right')];
    expect(left).toMatchObject({
      'x-tenant': 'a',
      'accept-language': 'nl',
      'x-new': 'o',
      'x-source': 'router',
    });
    for (const name of ['x-old', 'x-else', 'authorization', 'cookie']) {
      expect(left).not.toHaveProperty(name);
    }
    const { authorization, cookie } = EVERYTHING;
    expect(right).toMatchObject({ 'x-tenant': 'a', 'x-source': 'own', authorization, cookie });
    expect(right).not.toHaveProperty('accept-language');
  });

  it('reach it with mutations too', async () => {
    const changed = echo.ask({ query: 'mutation { change }' }, { 'x-tenant': 'm' });
    expect(await data(changed)).toEqual({ change: 'm' });
  });

  it('do not where the client says that they are for its connection only', async () => {
    const { request } = await import('node:http');
    const body = JSON.stringify({ query: '{ left }' });
    const answered = new Promise<void>((resolve) => {
      const headers = {
        'content-type': 'application/json',
        'x-tenant': 'a',
        connection: 'close, X-Tenant',
      };
      const asked = request(
        { port: echo.port, path: '/graphql', method: 'POST', headers },
        (response) => response.resume().once('end', () => resolve()),
      );
      asked.end(body);
    });
    await answered;
    expect(heardBy('left')).toHaveLength(1);
    expect(heardBy('left')[0]).not.toHaveProperty('x-tenant');
  });

  it('are what answers to GET differ by, for caches on their way', async () => {
    const asked = new URLSearchParams({ query: '{ left }' });
    const { headers } = await fetch(`http://127.0.0.1:${echo.port}/graphql?${String(asked)}`, {
      headers: { 'apollo-require-preflight': '1' },
    });
    const varying = headers.get('vary')?.split(', ');
    expect(varying).toEqual(expect.arrayContaining(['x-tenant', 'accept-language', 'x-old']));
  });

  it('keep requests apart that are under way at the same time', async () => {
    let release = (): void => undefined;
    echo.gate = new Promise((resolve) => {
      release = resolve;
    });
    const answers = ['a', 'b'].map((tenant) =>
      data(echo.ask({ query: '{ left }' }, { 'x-tenant': tenant })),
    );
    await until(() => echo.heard.length === 2);
    release();
    expect(await Promise.all(answers)).toEqual([{ left: 'a' }, { left: 'b' }]);
  });

  it('leave requests together that differ only in what the subgraph does not get', async () => {
    let release = (): void => undefined;
    echo.gate = new Promise((resolve) => {
      release = resolve;
    });
    const first = data(echo.ask({ query: '{ left }' }, { cookie: 'session=1' }));
    await until(() => echo.heard.length === 1);
    // When it is under way to `right`, it waits for what `left` was asked before.
    const second = data(echo.ask({ query: '{ left right }' }, { cookie: 'session=2' }));
    await until(() => heardBy('right').length === 1);
    release();
    expect([await first, await second]).toEqual([
      { left: 'nobody' },
      { left: 'nobody', right: 'nobody' },
    ]);
    expect(heardBy('left')).toHaveLength(1);
  });
});

describe('a subscription', () => {
  it.each<[string, Parameters<typeof connect>]>([
    ['the payload of connection_init', [{ 'X-Tenant': 'a' }]],
    ['the headers that the WebSocket was opened with', [{}, { 'x-tenant': 'a' }]],
    ['the payload before the headers', [{ 'x-tenant': 'a' }, { 'x-tenant': 'b' }]],
  ])('is made upstream, and joined, with what is in %s', async (_, connection) => {
    const subscriber = subscribe('turned { mine theirs }', ...connection);
    await until(() => echo.turns.listening === 1);
    echo.turns.publish({});
    await subscriber.received(1);
    expect(subscriber.data).toEqual([{ turned: { mine: 'a', theirs: 'a' } }]);
    expect(heardBy('left')[0]).toMatchObject({ 'x-tenant': 'a', 'x-source': 'router' });
  });

  it('is shared by those whose headers are the same to its subgraphs, and by nobody else', async () => {
    const viewers = [
      subscribe('ticked', { 'x-tenant': 'a', cookie: 'session=1' }),
      subscribe('ticked', { 'x-tenant': 'a', cookie: 'session=2' }),
      subscribe('ticked', { 'x-tenant': 'b' }),
      subscribe('ticked', {}),
    ];
    for (const client of clients) await new Subscriber(client, '{ __typename }').received(1);
    await until(() => echo.turns.listening === 3);
    echo.turns.publish({});
    for (const viewer of viewers) await viewer.received(1);
    expect(viewers.map((viewer) => viewer.data)).toEqual([
      [{ ticked: 'a' }],
      [{ ticked: 'a' }],
      [{ ticked: 'b' }],
      [{ ticked: 'nobody' }],
    ]);
    expect(echo.turns.listening).toBe(3);
  });

  it('is not shared where a subgraph whose fields are joined gets other headers', async () => {
    const viewers = ['1', '2'].map((id) =>
      subscribe('turned { theirs }', { cookie: `session=${id}` }),
    );
    await until(() => echo.turns.listening === 2);
    echo.turns.publish({});
    for (const viewer of viewers) await viewer.received(1);
    const cookies = heardBy('right').map(({ cookie }) => cookie);
    expect(cookies.sort()).toEqual(['session=1', 'session=2']);
  });

  it('is made with headers of HTTP where the subgraph is asked over Server-Sent Events', async () => {
    const subscriber = subscribe('streamed', { 'x-tenant': 'a', 'x-old': 'o' });
    await until(() => echo.turns.listening === 1);
    echo.turns.publish({});
    await subscriber.received(1);
    expect(subscriber.data).toEqual([{ streamed: 'a' }]);
    expect(heardBy('events')[0]).toMatchObject({ 'x-source': 'router' });
    expect(heardBy('events')[0]).not.toHaveProperty('x-new');
  });

  it('over Server-Sent Events is made with the headers of its request', async () => {
    const closing = new AbortController();
    const response = await fetch(`http://127.0.0.1:${echo.port}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'text/event-stream',
        'x-tenant': 'sse',
      },
      body: JSON.stringify({ query: 'subscription { ticked }' }),
      signal: closing.signal,
    });
    await until(() => echo.turns.listening === 1);
    echo.turns.publish({});
    let text = '';
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk as Uint8Array).toString();
      if (text.includes('next')) break;
    }
    closing.abort();
    expect(text).toContain('{"data":{"ticked":"sse"}}');
  });
});
