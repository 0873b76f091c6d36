import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { composeServices } from '@apollo/composition';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type Stop, stopAll } from '@spyhop/platform/shutdown';
import { freePort } from '@spyhop/platform/testkit/ports';
import { until } from '@spyhop/platform/testkit/until';
import { parse } from 'graphql';
import type { Client } from 'graphql-ws';
import { type WebSocket, WebSocketServer } from 'ws';
import { start } from '../main';
import { inFile } from './config-file';
import { Subscriber, clientAt, metricAt } from './kit';
import { readLog } from './logged';

const OVER_SOCKETS = 'subscription { ticked }';
const OVER_EVENTS = 'subscription { streamed }';
const UNAVAILABLE = [expect.objectContaining({ extensions: { code: 'UPSTREAM_UNAVAILABLE' } })];
const TICK = '{"data":{"ticked":1}}';

/** One server for two subgraphs, of which each test says how it refuses subscriptions. */
let server: Server;
let sockets: WebSocketServer;
let routerPort: number;
let adminPort: number;
let clients: Client[] = [];
const stops: Stop[] = [];
let log: ReturnType<typeof readLog>;

/** What becomes of an upgrade to a WebSocket; null for what the protocol says. */
let upgrade: ((refuse: (status: string) => void) => void) | null = null;
/** What a WebSocket is told when it is open. */
let greet: (socket: WebSocket) => void = () => undefined;
/** What a subscription on a WebSocket is told. */
let serve: (socket: WebSocket, id: string) => void = () => undefined;
/** What a request for Server-Sent Events is answered. */
let stream: (response: ServerResponse) => void = (response) => response.end();
let isLegacy = false;
/** Connections and requests so far. */
let attempts = 0;

beforeAll(async () => {
  log = readLog();
  sockets = new WebSocketServer({
    noServer: true,
    handleProtocols: (offered) => (isLegacy ? 'graphql-ws' : ([...offered][0] ?? false)),
  });
  server = createServer((_request, response) => {
    attempts += 1;
    stream(response);
  });
  server.on('upgrade', (request, wire, head) => {
    attempts += 1;
    if (upgrade)
      return upgrade((status) => wire.end(`HTTP/1.1 ${status}\r\ncontent-length: 0\r\n\r\n`));
    sockets.handleUpgrade(request, wire, head, (socket) => {
      socket.on('message', (data: Buffer) => {
        const { type, id } = JSON.parse(data.toString()) as { type: string; id: string };
        if (type === 'connection_init') socket.send('{"type":"connection_ack"}');
        if (type === 'subscribe') serve(socket, id);
      });
      greet(socket);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
  const { supergraphSdl = '' } = composeServices([
    {
      name: 'ticks',
      url,
      typeDefs: parse('type Query { a: Int } type Subscription { ticked: Int }'),
    },
    {
      name: 'events',
      url,
      typeDefs: parse('type Query { b: Int } type Subscription { streamed: Int }'),
    },
  ]);
  const folder = await mkdtemp(join(tmpdir(), 'router-test-'));
  const file = join(folder, 'supergraph.graphql');
  await writeFile(file, supergraphSdl);
  [routerPort, adminPort] = await Promise.all([freePort(), freePort()]);
  const stopRouter = await start({
    ...(await inFile(
      'subgraphs: { serverSentEvents: [events], named: { events: { silenceMs: 100 } } }',
    )),
    ROUTER_SUPERGRAPH_FILE: file,
    PORT: String(routerPort),
    ROUTER_ADMIN_PORT: String(adminPort),
    ROUTER_LIVE_LINGER_MS: '1',
    LOG_LEVEL: 'warn',
  });
  stops.push(() => rm(folder, { recursive: true }), stopRouter);
});
afterAll(async () => {
  await stopAll(stops);
  log.stop();
  for (const socket of sockets.clients) socket.terminate();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
afterEach(async () => {
  for (const client of clients) await client.dispose();
  clients = [];
  await until(async () => (await metricAt(adminPort, 'router_upstream_subscriptions')) === 0);
  for (const socket of sockets.clients) socket.terminate();
  [upgrade, isLegacy, attempts] = [null, false, 0];
  [greet, serve] = [() => undefined, () => undefined];
  log.lines.length = 0;
});

function subscribe(query: string): Subscriber {
  const client = clientAt(routerPort);
  clients.push(client);
  return new Subscriber(client, query);
}

const failed = async (subscriber: Subscriber): Promise<unknown> => {
  await until(() => subscriber.failure !== undefined);
  return subscriber.failure;
};

const answer = (status: number, body: string): typeof stream => {
  return (response) => response.writeHead(status, { 'content-type': 'application/json' }).end(body);
};

describe('a client of a subscription that its subgraph refuses', () => {
  it.each([4400, 4401, 4403, 4406, 4500])('by close code %d is told at once', async (code) => {
    greet = (socket) => socket.close(code, 'no');
    expect(await failed(subscribe(OVER_SOCKETS))).toEqual(UNAVAILABLE);
    expect(attempts).toBe(1);
  });

  it.each([404, 401])('over Server-Sent Events by status %d is told at once', async (status) => {
    stream = answer(status, 'no');
    expect(await failed(subscribe(OVER_EVENTS))).toEqual(UNAVAILABLE);
    expect(attempts).toBe(1);
  });

  it('over Server-Sent Events is told the code that the subgraph gave', async () => {
    stream = answer(403, '{"errors":[{"message":"Not you.","extensions":{"code":"FORBIDDEN"}}]}');
    expect(await failed(subscribe(OVER_EVENTS))).toMatchObject([
      { message: 'Not you.', extensions: { code: 'FORBIDDEN' } },
    ]);
  });

  it.each<[string, () => void]>([
    ['serves none there', () => (upgrade = (refuse) => refuse('404 Not Found'))],
    ['speaks another protocol', () => (isLegacy = true)],
    ['hangs up each time', () => (greet = (socket) => socket.terminate())],
  ])('because it %s is told after some attempts', async (_, misbehave) => {
    misbehave();
    expect(await failed(subscribe(OVER_SOCKETS))).toEqual(UNAVAILABLE);
    expect(attempts).toBe(6);
  });

  it('over Server-Sent Events because it is away is told after some attempts', async () => {
    stream = answer(503, '{"errors":[{"message":"soon","extensions":{"code":"SOON"}}]}');
    expect(await failed(subscribe(OVER_EVENTS))).toEqual(UNAVAILABLE);
    expect(attempts).toBe(6);
  });

  it('stays if the subgraph has served it before', async () => {
    const refusing: WebSocket[] = [];
    serve = (socket, id) => socket.send(`{"id":"${id}","type":"next","payload":${TICK}}`);
    const client = subscribe(OVER_SOCKETS);
    await client.received(1);
    greet = (socket) => {
      refusing.push(socket);
      socket.close(4401, 'not now');
    };
    for (const socket of sockets.clients) socket.terminate();
    await until(() => refusing.length === 3);
    greet = () => undefined;
    await client.received(2);
    expect(client.failure).toBeUndefined();
  });
});

it('a subgraph that refuses subscriptions is named in the log once for each cause', async () => {
  greet = (socket) => socket.close(4999, 'x');
  await failed(subscribe(OVER_SOCKETS));
  await failed(subscribe(OVER_SOCKETS));
  expect(attempts).toBe(12);
  expect(log.lines.filter(({ cause }) => String(cause).includes('4999'))).toMatchObject([
    { subgraph: 'ticks', cause: '4999 x' },
  ]);
});

it('a subgraph that says nothing for as long as it may is asked again', async () => {
  stream = (response) =>
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write(':\n\n');
  subscribe(OVER_EVENTS);
  await until(() => attempts >= 2);
});
