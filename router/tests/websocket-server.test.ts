import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it, jest } from '@jest/globals';
import { systemClock } from '@spyhop/platform/clock';
import { createLog } from '@spyhop/platform/log';
import { type Stop, stopAll } from '@spyhop/platform/shutdown';
import { freePort } from '@spyhop/platform/testkit/ports';
import { until } from '@spyhop/platform/testkit/until';
import WebSocket from 'ws';
import { askForApiKeys } from '../guard/api-keys';
import { createIdentities } from '../guard/identity';
import { IdentityKeys } from '../guard/identity-keys';
import { Sessions } from '../live/sessions';
import { createRouterMetrics } from '../metrics';
import { type SocketServer, serveWebSockets } from '../transport/websocket';

const PATH = '/graphql';
const NEVER_MS = 600_000;

let stops: Stop[] = [];

afterEach(async () => {
  await stopAll(stops);
  stops = [];
});

/** A WebSocket to a server without a graph. */
async function connect(
  changed: Partial<SocketServer>,
  options: WebSocket.ClientOptions = {},
): Promise<WebSocket> {
  const server = createServer();
  const stopSockets = serveWebSockets({
    server,
    path: PATH,
    startOperation: () => ({ leave: () => undefined, begun: Promise.resolve() }),
    identify: async () => null,
    addressOf: () => '127.0.0.1',
    headersOf: () => null,
    sessions: new Sessions(() => false),
    origins: new Set(),
    limits: {
      connections: 10,
      connectionsPerAddress: 10,
      initTimeoutMs: NEVER_MS,
      subscriptions: 1,
      messageBytes: 1_000,
    },
    identityKeys: new IdentityKeys([]),
    refused: () => undefined,
    spread: { mostMs: 1, perSecond: 1_000 },
    drainMs: 1,
    heartbeatMs: NEVER_MS,
    metrics: createRouterMetrics(),
    clock: systemClock,
    ...changed,
  });
  stops.push(async () => void server.close(), stopSockets);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const url = `ws://127.0.0.1:${port}${PATH}`;
  const socket = new WebSocket(url, 'graphql-transport-ws', options);
  await once(socket, 'open');
  return socket;
}

/** How the server ends a socket that begins with a key. */
async function closing(identify: SocketServer['identify']): Promise<[number, string]> {
  const socket = await connect({ identify });
  const closed = once(socket, 'close') as Promise<[number, Buffer]>;
  socket.send(JSON.stringify({ type: 'connection_init', payload: { apiKey: 'k' } }));
  const [code, reason] = await closed;
  return [code, reason.toString()];
}

it('pings its clients, and keeps those that answer', async () => {
  // The server's heart beats when it is told to: who has had no time to answer would be taken for gone.
  const beats = jest.spyOn(globalThis, 'setInterval');
  const socket = await connect({});
  const beat = beats.mock.calls.find(([, ms]) => ms === NEVER_MS)?.[0];
  beats.mockRestore();
  let pings = 0;
  socket.on('ping', () => (pings += 1));
  for (let turn = 1; turn <= 3; turn += 1) {
    beat?.();
    await until(() => pings === turn);
    // What is asked behind the answer to the ping is answered when that has been read.
    socket.send(JSON.stringify({ type: 'ping' }));
    await once(socket, 'message');
  }
  expect(socket.readyState).toBe(WebSocket.OPEN);
});

it('ends a connection whose client does not answer a ping', async () => {
  const socket = await connect({ heartbeatMs: 50 }, { autoPong: false });
  const [code] = (await once(socket, 'close')) as [number];
  // No close frame came: whoever is there no longer could not read it.
  expect(code).toBe(1006);
});

it('closes with 1013 while whoever knows keys is away', async () => {
  const log = createLog({ name: 'test', level: 'silent' });
  const url = `http://127.0.0.1:${await freePort()}/keys`;
  const apiKeys = askForApiKeys({ url, headers: {}, timeoutMs: NEVER_MS, log });
  const isRevoked = (): boolean => false;
  const identify = createIdentities({ tokens: null, apiKeys, isRevoked, clock: systemClock, log });
  const [code, reason] = await closing(identify);
  expect(code).toBe(1013);
  expect(reason).toMatch(/later/);
});

it('closes with 4500 after a fault of its own, and says nothing of it', async () => {
  const identify = async (): Promise<never> => {
    throw new TypeError('of undefined (reading secret)');
  };
  expect(await closing(identify)).toEqual([4500, 'Internal server error']);
});
