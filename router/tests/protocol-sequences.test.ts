import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '@spyhop/platform/testkit/until';
import WebSocket from 'ws';
import { Rig } from './kit';

const NOTED = 'subscription { noted { text } }';
const INIT = { type: 'connection_init' };

let rig: Rig;
let open: Talk[] = [];

beforeAll(async () => {
  rig = await Rig.start();
});
afterAll(() => rig.stop());
afterEach(async () => {
  for (const { socket } of open) socket.terminate();
  open = [];
  await rig.quiet();
  expect(await rig.metric('router_client_subscriptions')).toBe(0);
});

/** What a client of graphql-transport-ws says and hears, message by message. */
class Talk {
  readonly heard: Record<string, unknown>[] = [];
  closeCode: number | undefined;

  private constructor(readonly socket: WebSocket) {
    open.push(this);
    socket.on('message', (data: Buffer) =>
      this.heard.push(JSON.parse(data.toString()) as Record<string, unknown>),
    );
    socket.on('close', (code) => (this.closeCode = code));
  }

  static async begin(): Promise<Talk> {
    const talk = new Talk(new WebSocket(rig.socketUrl, 'graphql-transport-ws'));
    await once(talk.socket, 'open');
    return talk;
  }

  say(...messages: object[]): this {
    for (const message of messages) this.socket.send(JSON.stringify(message));
    return this;
  }

  ofType(type: string): Record<string, unknown>[] {
    return this.heard.filter((message) => message['type'] === type);
  }

  /** Resolves when everything said so far has been read. */
  async isRead(): Promise<void> {
    const before = this.ofType('pong').length;
    this.say({ type: 'ping' });
    await until(() => this.ofType('pong').length > before);
  }
}

const subscribe = (id: unknown, payload: object): object => ({ id, type: 'subscribe', payload });

describe('graphql-transport-ws closes with 4400 after', () => {
  it.each<[string, object]>([
    ['an initialisation whose payload is text', { ...INIT, payload: 'x' }],
    ['an initialisation whose payload is a list', { ...INIT, payload: [] }],
    ['a ping whose payload is text', { type: 'ping', payload: 'x' }],
    ['a pong whose payload is a number', { type: 'pong', payload: 1 }],
    ['a list', [INIT]],
    ['nothing in an id', subscribe('', { query: NOTED })],
    ['a subscription without a payload', { id: '1', type: 'subscribe' }],
    ['a query that is a number', subscribe('1', { query: 1 })],
    ['a name that is a number', subscribe('1', { query: NOTED, operationName: 1 })],
    ['variables that are text', subscribe('1', { query: NOTED, variables: 'x' })],
    ['extensions that are text', subscribe('1', { query: NOTED, extensions: 'x' })],
    ['an end without an id', { type: 'complete' }],
    ["a server's result", { id: '1', type: 'next', payload: {} }],
    ["a server's error", { id: '1', type: 'error', payload: [{ message: 'x' }] }],
  ])('%s', async (_, message) => {
    const talk = await Talk.begin();
    talk.say(INIT, message);
    await until(() => talk.closeCode !== undefined);
    expect(talk.closeCode).toBe(4400);
  });
});

describe('an operation over graphql-transport-ws', () => {
  it.each([
    ['no GraphQL', 'subscription {', undefined, 'GRAPHQL_PARSE_FAILED'],
    ['no field of ours', 'subscription { nothing }', undefined, 'GRAPHQL_VALIDATION_FAILED'],
    ['of another name', 'query A { me { id } }', 'B', 'OPERATION_RESOLUTION_FAILURE'],
    [
      'without its variable',
      'query ($id: ID!) { product(id: $id) { id } }',
      undefined,
      'BAD_USER_INPUT',
    ],
  ])('that is %s gets one error, after which its id is free', async (_, query, name, code) => {
    const talk = await Talk.begin();
    talk.say(INIT, subscribe('1', { query, operationName: name }));
    await until(() => talk.ofType('error').length === 1);
    expect(talk.ofType('error')).toMatchObject([{ id: '1', payload: [{ extensions: { code } }] }]);
    talk.say(subscribe('1', { query: 'subscription { counted(to: 1) }' }));
    await until(() => talk.ofType('complete').length === 1);
    expect(talk.heard.map(({ type }) => type)).toEqual([
      'connection_ack',
      'error',
      'next',
      'complete',
    ]);
  });

  it('may be asked for right behind the initialisation, and ended before it is acknowledged', async () => {
    const talk = await Talk.begin();
    talk.say(INIT, subscribe('1', { query: NOTED }), { id: '1', type: 'complete' });
    talk.say(subscribe('2', { query: 'subscription { counted(to: 1) }' }));
    await until(() => talk.ofType('complete').length === 1);
    expect(talk.heard.map(({ type, id }) => [type, id])).toEqual([
      ['connection_ack', undefined],
      ['next', '2'],
      ['complete', '2'],
    ]);
    expect(await rig.metric('router_client_subscriptions')).toBe(0);
  });

  it('that ended may be ended again, by a client whose end crossed the one of the router', async () => {
    const talk = await Talk.begin();
    talk.say(INIT, subscribe('1', { query: 'subscription { counted(to: 1) }' }));
    await until(() => talk.ofType('complete').length === 1);
    talk.say({ id: '1', type: 'complete' }, { id: '1', type: 'complete' });
    await talk.isRead();
    expect(talk.closeCode).toBeUndefined();
  });

  it('that was ended and asked for again under its id hears only what is new', async () => {
    const talk = await Talk.begin();
    talk.say(INIT);
    for (let turn = 0; turn < 50; turn += 1) {
      talk.say(subscribe('1', { query: NOTED }), { id: '1', type: 'complete' });
    }
    talk.say(subscribe('1', { query: 'subscription { counted(to: 3) }' }));
    await until(() => talk.ofType('complete').length === 1);
    expect(talk.ofType('next').map(({ payload }) => payload)).toEqual(
      [1, 2, 3].map((counted) => ({ data: { counted } })),
    );
  });

  it('runs beside others of the same socket, which end by themselves', async () => {
    const talk = await Talk.begin();
    talk.say(INIT, subscribe('live', { query: NOTED }));
    talk.say(subscribe('bad', { query: '{' }), subscribe('once', { query: '{ me { name } }' }));
    await until(() => talk.ofType('complete').length === 1 && rig.shop.notes.listening === 1);
    rig.shop.notes.publish({ text: 'on' });
    await until(() => talk.ofType('next').length === 2);
    expect(talk.ofType('error').map(({ id }) => id)).toEqual(['bad']);
    expect(talk.ofType('next').at(-1)).toMatchObject({ id: 'live' });
  });
});

describe('graphql-sse', () => {
  const ask = (url: string, init: RequestInit = {}): Promise<Response> =>
    fetch(url, {
      ...init,
      headers: {
        accept: 'text/event-stream',
        'content-type': 'application/json',
        'apollo-require-preflight': '1',
      },
    });

  it.each([
    [
      'a variable that is missing',
      { query: 'subscription ($i: [ID!]!) { priceChanged(ids: $i) { id } }' },
      'BAD_USER_INPUT',
    ],
    [
      'a name that is not there',
      { query: 'query A { me { id } }', operationName: 'B' },
      'OPERATION_RESOLUTION_FAILURE',
    ],
    ['too much', { query: `{ ${'__typename '.repeat(9_000)} }` }, 'OPERATION_TOO_LARGE'],
  ])('tells of %s in a result, and then of the end', async (_, body, code) => {
    const response = await ask(rig.url, { method: 'POST', body: JSON.stringify(body) });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    const text = await response.text();
    expect(text).toMatch(/^:\n\nevent: next\ndata: .*\n\nevent: complete\ndata:\n\n$/);
    expect(text).toContain(`"code":"${code}"`);
  });

  it('changes nothing by GET', async () => {
    const query = encodeURIComponent('mutation { rename(id: "1", name: "x") { name } }');
    const text = await (await ask(`${rig.url}?query=${query}`)).text();
    expect(text).toContain('"code":"BAD_REQUEST"');
    expect(text).not.toContain('"data":{"rename"');
  });

  it.each(['PUT', 'DELETE'])('has no single connection mode: %s is refused', async (method) => {
    const response = await ask(rig.url, { method, body: '{}' });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, POST']);
    expect(await response.text()).toContain('"code":"BAD_REQUEST"');
  });
});
