import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type Socket, connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '@spyhop/platform/testkit/until';
import WebSocket from 'ws';
import { Health } from './hostile';
import { Rig } from './kit';

const NOTED = 'subscription { noted { text } }';

let rig: Rig;
let health: Health;
let open: { destroy(): void }[] = [];

beforeAll(async () => {
  rig = await Rig.start({ ROUTER_LIVE_SUBSCRIPTIONS_PER_SOCKET: '10000' });
  await rig.ask('{ product(id: "1") { name rating } }');
  health = new Health(rig);
});
afterAll(() => rig.stop());
afterEach(async () => {
  for (const socket of open) socket.destroy();
  open = [];
  await rig.quiet();
  await until(async () => (await rig.metric('router_clients')) === 0);
  await health.check();
});

/** The bytes of a WebSocket, as a test wants them. */
class Wire {
  private received = Buffer.alloc(0);

  private constructor(readonly socket: Socket) {
    socket.on('data', (data: Buffer) => (this.received = Buffer.concat([this.received, data])));
    socket.on('error', () => undefined);
    open.push(socket);
  }

  static async open(): Promise<Wire> {
    const socket = connect(rig.port, '127.0.0.1');
    const wire = new Wire(socket);
    socket.write(
      [
        'GET /graphql HTTP/1.1',
        'Host: router',
        'Connection: Upgrade',
        'Upgrade: websocket',
        'Sec-WebSocket-Version: 13',
        `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}`,
        'Sec-WebSocket-Protocol: graphql-transport-ws',
        '\r\n',
      ].join('\r\n'),
    );
    await until(() => wire.received.includes('\r\n\r\n'));
    wire.received = wire.received.subarray(wire.received.indexOf('\r\n\r\n') + 4);
    return wire;
  }

  /** A frame with that first byte (RFC 6455, 5.2), masked as clients must unless said otherwise. */
  frame(first: number, text: string | Buffer, masked = true): this {
    const body = Buffer.from(text);
    const mask = randomBytes(4);
    const head =
      body.length < 126
        ? [first, body.length | (masked ? 0x80 : 0)]
        : [first, 126 | (masked ? 0x80 : 0), body.length >> 8, body.length & 255];
    const shown = masked ? body.map((byte, at) => byte ^ (mask[at % 4] ?? 0)) : body;
    this.socket.write(Buffer.concat([Buffer.from(head), ...(masked ? [mask] : []), shown]));
    return this;
  }

  /** The code of the close frame. */
  async closeCode(): Promise<number> {
    const at = (): number => this.received.findIndex((byte, index) => byte === 0x88 && index >= 0);
    await until(() => at() >= 0 && this.received.length >= at() + 4);
    return this.received.readUInt16BE(at() + 2);
  }

  async has(text: string): Promise<void> {
    await until(() => this.received.includes(text));
  }
}

const TEXT = 0x81;
const INIT = JSON.stringify({ type: 'connection_init' });
const subscribe = (id: string, query: string): string =>
  JSON.stringify({ id, type: 'subscribe', payload: { query } });

/** Somebody else is served as ever. */
async function othersAreServed(): Promise<void> {
  const other = rig.subscribe('subscription { counted(to: 2) }');
  await until(() => other.completed);
  expect(other.data).toEqual([{ counted: 1 }, { counted: 2 }]);
  other.leave();
}

describe('WebSocket frames that are', () => {
  it.each<[string, (wire: Wire) => void, number]>([
    ['not masked', (wire) => wire.frame(TEXT, INIT, false), 1002],
    ['of a reserved kind', (wire) => wire.frame(0x83, INIT), 1002],
    ['marked with a reserved bit', (wire) => wire.frame(0xc1, INIT), 1002],
    ['a continuation of nothing', (wire) => wire.frame(0x80, INIT), 1002],
    ['begun twice', (wire) => wire.frame(0x01, '{"type"').frame(0x01, ':"ping"}'), 1002],
    ['a ping in pieces', (wire) => wire.frame(0x09, 'ping'), 1002],
    ['a ping that is too long', (wire) => wire.frame(0x89, 'x'.repeat(126)), 1002],
    ['no UTF-8', (wire) => wire.frame(TEXT, Buffer.from([0x22, 0xff, 0xfe, 0x22])), 1007],
    ['binary', (wire) => wire.frame(0x82, INIT), 4400],
    ['no JSON', (wire) => wire.frame(TEXT, '{"type":'), 4400],
    ['no message', (wire) => wire.frame(TEXT, '"connection_init"'), 4400],
    ['of no known type', (wire) => wire.frame(TEXT, '{"type":"start","id":"1"}'), 4400],
    ["a server's", (wire) => wire.frame(TEXT, '{"type":"connection_ack"}'), 4400],
    [
      'a subscription without a query',
      (wire) => wire.frame(TEXT, INIT).frame(TEXT, '{"id":"1","type":"subscribe","payload":{}}'),
      4400,
    ],
    [
      'a subscription whose id is a number',
      (wire) =>
        wire.frame(TEXT, INIT).frame(TEXT, '{"id":1,"type":"subscribe","payload":{"query":"{a}"}}'),
      4400,
    ],
    ['a subscription before everything', (wire) => wire.frame(TEXT, subscribe('1', NOTED)), 4401],
    ['a second initialisation', (wire) => wire.frame(TEXT, INIT).frame(TEXT, INIT), 4429],
    [
      'a second subscription under one id',
      (wire) => {
        for (const text of [INIT, subscribe('1', NOTED), subscribe('1', NOTED)])
          wire.frame(TEXT, text);
      },
      4409,
    ],
  ])(
    '%s close the socket with a code, and nobody else is concerned',
    async (_, misbehave, code) => {
      const wire = await Wire.open();
      misbehave(wire);
      expect(await wire.closeCode()).toBe(code);
      await othersAreServed();
    },
  );

  it('in pieces make one message, with control frames between them', async () => {
    const wire = await Wire.open();
    wire
      .frame(0x01, INIT.slice(0, 5))
      .frame(0x89, 'hi')
      .frame(0x00, INIT.slice(5, 9))
      .frame(0x80, INIT.slice(9));
    await wire.has('{"type":"connection_ack"}');
    await wire.has('hi');
  });

  it('one byte at a time are read all the same', async () => {
    const wire = await Wire.open();
    wire.frame(TEXT, INIT);
    await wire.has('connection_ack');
    const whole = Buffer.concat([
      Buffer.from([TEXT, 0x80 | 15, 0, 0, 0, 0]),
      Buffer.from('{"type":"ping"}'),
    ]);
    wire.socket.setNoDelay(true);
    for (const byte of whole) {
      wire.socket.write(Buffer.from([byte]));
      await new Promise((resolve) => setImmediate(resolve));
    }
    await wire.has('{"type":"pong"}');
  });
});

describe('a client', () => {
  it('may complete what there is not, and answer pings that nobody sent', async () => {
    const wire = await Wire.open();
    wire
      .frame(TEXT, INIT)
      .frame(TEXT, '{"id":"x","type":"complete"}')
      .frame(TEXT, '{"type":"pong"}');
    wire.frame(0x8a, 'unasked').frame(TEXT, '{"type":"ping"}');
    await wire.has('{"type":"pong"}');
  });

  it('may have ten thousand subscriptions on one socket, each told of everything', async () => {
    const socket = new WebSocket(rig.socketUrl, 'graphql-transport-ws');
    open.push({ destroy: () => socket.terminate() });
    const ids = new Set<string>();
    socket.on('message', (data: Buffer) => {
      const { type, id } = JSON.parse(data.toString()) as { type: string; id: string };
      if (type === 'next') ids.add(id);
    });
    await once(socket, 'open');
    socket.send(INIT);
    for (let id = 0; id < 10_000; id += 1) socket.send(subscribe(String(id), NOTED));
    await until(async () => (await rig.metric('router_client_subscriptions')) === 10_000);
    expect(await rig.metric('router_streams')).toBe(1);
    await until(() => rig.shop.notes.listening === 1);
    rig.shop.notes.publish({ text: 'all' });
    await until(() => ids.size === 10_000);
    await othersAreServed();
    socket.terminate();
    await until(async () => (await rig.metric('router_client_subscriptions')) === 0);
  });

  it('that asks for more than it may have gets an error for each, and keeps the others', async () => {
    const socket = new WebSocket(rig.socketUrl, 'graphql-transport-ws');
    open.push({ destroy: () => socket.terminate() });
    let refused = 0;
    socket.on('message', (data: Buffer) => {
      if (data.includes('RATE_LIMITED')) refused += 1;
    });
    await once(socket, 'open');
    socket.send(INIT);
    for (let id = 0; id < 10_100; id += 1) socket.send(subscribe(String(id), NOTED));
    await until(() => refused === 100);
    expect(await rig.metric('router_client_subscriptions')).toBe(10_000);
    await othersAreServed();
  });

  it('that comes and goes a thousand times leaves nothing behind', async () => {
    const socket = new WebSocket(rig.socketUrl, 'graphql-transport-ws');
    open.push({ destroy: () => socket.terminate() });
    let pongs = 0;
    socket.on('message', (data: Buffer) => {
      if (data.includes('"pong"')) pongs += 1;
    });
    await once(socket, 'open');
    socket.send(INIT);
    for (let turn = 0; turn < 1_000; turn += 1) {
      socket.send(
        subscribe('1', `subscription { priceChanged(ids: ["${turn % 7}", "${turn % 3}"]) { id } }`),
      );
      socket.send('{"id":"1","type":"complete"}');
    }
    socket.send('{"type":"ping"}');
    await until(() => pongs === 1);
    expect(await rig.metric('router_client_subscriptions')).toBe(0);
    await until(async () => (await rig.metric('router_upstream_subscriptions')) === 0);
    await until(() => rig.shop.prices.listening === 0);
  });
});
