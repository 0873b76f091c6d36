import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { until } from '@spyhop/platform/testkit/until';
import { type WebSocket, WebSocketServer } from 'ws';
import { Health } from './hostile';
import { Rig } from './kit';

const MB = 1024 * 1024;
/** Made before memory is looked at: it is the test's own. */
const MUCH = Buffer.alloc(64 * MB, ' ');
const FAULTY = 'subscription { faulty { id price } }';

/** Stands where the router expects the products, and speaks graphql-transport-ws as far as a test lets it. */
let rogue: WebSocketServer;
let rig: Rig;
let health: Health;
/** What it answers to a subscription, under its id. */
let misbehave: (socket: WebSocket, id: string) => void = () => undefined;
/** Codes with which the router hung up. */
let codes: number[] = [];
const followed = new Map<WebSocket, string>();

beforeAll(async () => {
  rogue = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  rogue.on('connection', (socket) => {
    socket.on('error', () => undefined);
    socket.on('close', (code) => {
      followed.delete(socket);
      codes.push(code);
    });
    socket.on('message', (data: Buffer) => {
      const { type, id } = JSON.parse(data.toString()) as { type: string; id: string };
      if (type === 'connection_init') socket.send('{"type":"connection_ack"}');
      if (type !== 'subscribe') return;
      followed.set(socket, id);
      misbehave(socket, id);
    });
  });
  await once(rogue, 'listening');
  const { port } = rogue.address() as AddressInfo;
  rig = await Rig.start({ ROUTER_SUPERGRAPH_URLS: `products=http://127.0.0.1:${port}/graphql` });
  await rig.ask('{ me { name } }');
  health = new Health(rig, null);
});
afterAll(async () => {
  await rig.stop();
  for (const socket of rogue.clients) socket.terminate();
  rogue.close();
});
afterEach(async () => {
  misbehave = () => undefined;
  codes = [];
  await rig.quiet();
  await health.check();
});

const next = (payload: string): typeof misbehave => {
  return (socket, id) => socket.send(`{"id":"${id}","type":"next","payload":${payload}}`);
};

it.each<[string, typeof misbehave]>([
  ['data that are text', next('{"data":"x"}')],
  ['data that are a list', next('{"data":[1]}')],
  ['data without the field', next('{"data":{}}')],
  ['data with the prototype', next('{"data":{"__proto__":{"faulty":{"id":"1"}}}}')],
  ['a number for an object', next('{"data":{"faulty":5}}')],
  ['a list for an object', next('{"data":{"faulty":[{"id":"1"}]}}')],
  ['text for a number', next('{"data":{"faulty":{"id":"1","price":"x"}}}')],
  ['an object for an id', next('{"data":{"faulty":{"id":{"a":1},"price":1}}}')],
  ['errors that are text', next('{"data":null,"errors":"x"}')],
  ['errors that are numbers', next('{"data":null,"errors":[1,null,"x"]}')],
  ['no JSON', (socket) => socket.send('{"type":')],
  ['a message of no type', (socket) => socket.send('{"hello":1}')],
  ['what is binary', (socket) => socket.send(Buffer.from([1, 2, 3]))],
  [
    'another subscription',
    (socket) => socket.send('{"id":"no","type":"next","payload":{"data":{}}}'),
  ],
  [
    'half a frame',
    (socket) =>
      (socket as unknown as { _socket: { end(b: Buffer): void } })._socket.end(
        Buffer.from([0x81, 0x7e, 0x10]),
      ),
  ],
  ['64 MB at once', (socket) => socket.send(MUCH, { binary: false })],
  ['and ends by a code of its own', (socket) => socket.close(4999, 'x')],
])(
  'a subscription at a subgraph that sends %s goes on or ends with a code',
  async (_, behaviour) => {
    let times = 0;
    misbehave = (socket, id) => {
      times += 1;
      if (times === 1) behaviour(socket, id);
    };
    const client = rig.subscribe(FAULTY);
    await until(() => times > 0);
    const tell = setInterval(() => {
      for (const [socket, id] of followed)
        next('{"data":{"faulty":{"id":"7","price":7}}}')(socket, id);
    }, 50);
    await until(
      () => JSON.stringify(client.data).includes('"price":7') || client.failure !== undefined,
    );
    clearInterval(tell);
    expect(client.failure ?? [{ extensions: { code: 'UPSTREAM_UNAVAILABLE' } }]).toMatchObject([
      { extensions: { code: expect.stringMatching(/^[A-Z_]+$/) } },
    ]);
    expect(({} as Record<string, unknown>)['faulty']).toBeUndefined();
    client.leave();
  },
);

it('a subscription at a subgraph that sends an event of 9 MB is not taken in, and goes on', async () => {
  let times = 0;
  misbehave = (socket, id) => {
    times += 1;
    const name = times === 1 ? 'x'.repeat(9 * MB) : 'Lamp';
    next(`{"data":{"faulty":{"id":"7","price":7,"name":"${name}"}}}`)(socket, id);
  };
  const client = rig.subscribe(FAULTY);
  await until(() => client.data.length > 0);
  expect(client.data).toEqual([{ faulty: { id: '7', price: 7 } }]);
  expect({ times, codes }).toEqual({ times: 2, codes: [1009] });
  client.leave();
});
