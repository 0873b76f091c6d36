import { once } from 'node:events';
import { request } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '@spyhop/platform/testkit/until';
import WebSocket from 'ws';
import { Rig } from './kit';

let rig: Rig;
let open: RawClient[] = [];

beforeAll(async () => {
  rig = await Rig.start({ ROUTER_LIVE_SUBSCRIPTIONS_PER_SOCKET: '3' });
});
afterAll(() => rig.stop());
afterEach(async () => {
  for (const { socket } of open) socket.terminate();
  open = [];
  await rig.quiet();
});

/** A WebSocket that may misbehave. */
class RawClient {
  readonly received: Record<string, unknown>[] = [];
  closed: { code: number; reason: string } | undefined;

  constructor(readonly socket: WebSocket) {
    socket.on('message', (data: Buffer) =>
      this.received.push(JSON.parse(data.toString()) as Record<string, unknown>),
    );
    socket.on('close', (code, reason) => {
      this.closed = { code, reason: reason.toString() };
    });
  }

  send(...messages: (object | string)[]): this {
    for (const message of messages) {
      this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
    }
    return this;
  }

  ofType(type: string): Record<string, unknown>[] {
    return this.received.filter((message) => message['type'] === type);
  }

  async closing(): Promise<{ code: number; reason: string } | undefined> {
    await until(() => this.closed !== undefined);
    return this.closed;
  }
}

async function connect(protocol: string | undefined = 'graphql-transport-ws'): Promise<RawClient> {
  const client = new RawClient(new WebSocket(rig.socketUrl, protocol ? [protocol] : []));
  open.push(client);
  await once(client.socket, 'open');
  return client;
}

const INIT = { type: 'connection_init' };
const subscribe = (id: string, query: string): object => ({
  id,
  type: 'subscribe',
  payload: { query },
});
const NOTED = 'subscription { noted { text } }';

describe('graphql-transport-ws', () => {
  it('acknowledges a connection', async () => {
    const client = await connect();
    client.send(INIT);
    await until(() => client.received.length === 1);
    expect(client.received).toEqual([{ type: 'connection_ack' }]);
  });

  it('answers a ping with its payload, also before the connection is acknowledged', async () => {
    const client = await connect();
    client.send({ type: 'ping', payload: { at: 1 } }, { type: 'pong' });
    await until(() => client.received.length === 1);
    expect(client.received).toEqual([{ type: 'pong', payload: { at: 1 } }]);
  });

  it.each<[number, string, (object | string)[]]>([
    [4400, 'what is no JSON', ['nonsense']],
    [4400, 'an unknown type', [{ type: 'hello' }]],
    [4400, 'a message without type', [{}]],
    [4400, 'a subscription without id', [INIT, { type: 'subscribe', payload: { query: '{a}' } }]],
    [4400, 'a subscription without query', [INIT, { id: '1', type: 'subscribe', payload: {} }]],
    [4400, "a server's message", [INIT, { type: 'connection_ack' }]],
    [4401, 'a subscription before the acknowledgement', [subscribe('1', NOTED)]],
    [4409, 'an id in use', [INIT, subscribe('1', NOTED), subscribe('1', NOTED)]],
    [4429, 'a second initialisation', [INIT, INIT]],
  ])('closes with %i after %s', async (code, _, messages) => {
    const client = await connect();
    client.send(...messages);
    expect(await client.closing()).toMatchObject({ code, reason: expect.stringMatching(/\w/) });
  });

  it('closes with 4400 after a binary message', async () => {
    const client = await connect();
    client.socket.send(Buffer.from(JSON.stringify(INIT)), { binary: true });
    expect((await client.closing())?.code).toBe(4400);
  });

  it('closes with 4408 when no initialisation comes', async () => {
    const client = await connect();
    expect(await client.closing()).toEqual({
      code: 4408,
      reason: 'Connection initialisation timeout',
    });
  });

  it.each(['graphql-ws', 'something-else', ''])(
    'closes with 4406 and a reason for the subprotocol "%s"',
    async (protocol) => {
      const client = await connect(protocol);
      expect(await client.closing()).toMatchObject({
        code: 4406,
        reason: expect.stringContaining('graphql-transport-ws'),
      });
    },
  );

  it('closes with 1009 after a message that is too big', async () => {
    const client = await connect();
    client.send(INIT, subscribe('1', `# ${'x'.repeat(300_000)}`));
    expect((await client.closing())?.code).toBe(1009);
  });

  it('sends nothing after a client completed, and lets it use the id again', async () => {
    const client = await connect();
    client.send(INIT, subscribe('1', NOTED));
    await until(() => rig.shop.notes.listening === 1);
    rig.shop.notes.publish({ text: 'first' });
    await until(() => client.ofType('next').length === 1);
    client.send({ id: '1', type: 'complete' }, { type: 'ping' });
    await until(() => client.ofType('pong').length === 1);
    rig.shop.notes.publish({ text: 'unheard' });
    client.send(subscribe('1', 'subscription { counted(to: 2) }'));
    await until(() => client.ofType('complete').length === 1);
    expect(client.ofType('next')).toEqual([
      { id: '1', type: 'next', payload: { data: { noted: { text: 'first' } } } },
      { id: '1', type: 'next', payload: { data: { counted: 1 } } },
      { id: '1', type: 'next', payload: { data: { counted: 2 } } },
    ]);
    client.send(subscribe('1', '{ me { name } }'));
    await until(() => client.ofType('complete').length === 2);
    expect(client.closed).toBeUndefined();
  });

  it('keeps ids apart, whatever characters they have', async () => {
    const client = await connect();
    client.send(INIT);
    for (const id of ['"quoted"', 'ünï\\']) {
      client.send(subscribe(id, 'subscription { counted(to: 1) }'));
    }
    await until(() => client.ofType('complete').length === 2);
    expect(client.ofType('next').map(({ id }) => id)).toEqual(['"quoted"', 'ünï\\']);
  });

  it('sends results of any length whole', async () => {
    const client = await connect();
    client.send(INIT, subscribe('1', NOTED));
    await until(() => rig.shop.notes.listening === 1);
    const texts = [1, 60, 70, 125, 126, 127, 65_500, 65_536, 200_000].map((n) => 'é'.repeat(n));
    for (const text of texts) rig.shop.notes.publish({ text });
    await until(() => client.ofType('next').length === texts.length);
    expect(client.ofType('next').map(({ payload }) => payload)).toEqual(
      texts.map((text) => ({ data: { noted: { text } } })),
    );
  });

  it('refuses more operations than a socket may have, and goes on', async () => {
    const client = await connect();
    client.send(INIT, ...['1', '2', '3', '4'].map((id) => subscribe(id, NOTED)));
    await until(() => client.ofType('error').length === 1);
    expect(client.ofType('error')).toMatchObject([
      { id: '4', payload: [{ extensions: { code: 'RATE_LIMITED' } }] },
    ]);
    client.send({ id: '1', type: 'complete' }, subscribe('4', 'subscription { counted(to: 1) }'));
    await until(() => client.ofType('complete').length === 1);
  });

  it('runs queries and mutations too', async () => {
    const client = await connect();
    client.send(INIT, subscribe('q', '{ product(id: "1") { name rating } }'));
    client.send(subscribe('m', 'mutation { rename(id: "1", name: "Torch") { name } }'));
    await until(() => client.ofType('complete').length === 2);
    expect(client.ofType('next')).toEqual(
      expect.arrayContaining([
        {
          id: 'q',
          type: 'next',
          payload: { data: { product: { name: 'Lamp', rating: 0.5 } } },
        },
        { id: 'm', type: 'next', payload: { data: { rename: { name: 'Torch' } } } },
      ]),
    );
  });
});

describe('the origin of a WebSocket', () => {
  const upgrade = (origin: string | undefined): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      const call = request(rig.url, {
        headers: {
          connection: 'Upgrade',
          upgrade: 'websocket',
          'sec-websocket-version': '13',
          'sec-websocket-key': Buffer.alloc(16).toString('base64'),
          'sec-websocket-protocol': 'graphql-transport-ws',
          ...(origin && { origin }),
        },
      });
      call.on('upgrade', (response, socket) => {
        socket.destroy();
        resolve(response.statusCode);
      });
      call.on('response', (response) => resolve(response.statusCode));
      call.on('error', reject);
      call.end();
    });

  it("may be none, the router's own, or Apollo Studio's", async () => {
    expect(await upgrade(undefined)).toBe(101);
    expect(await upgrade(`http://127.0.0.1:${rig.port}`)).toBe(101);
    expect(await upgrade('https://studio.apollographql.com')).toBe(101);
  });

  it('may be no other', async () => {
    expect(await upgrade('https://evil.example')).toBe(403);
    expect(await upgrade('null')).toBe(403);
  });
});
