import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '@spyhop/platform/testkit/until';
import { type Client, createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { Rig, Subscriber } from './kit';

const NOTED = 'subscription { noted { text } }';
const MOST_SOCKETS = 3;
const MOST_SUBSCRIPTIONS = 2;
const REFUSED = [expect.objectContaining({ extensions: { code: 'RATE_LIMITED' } })];

let rig: Rig;
let clients: Client[] = [];
let sockets: WebSocket[] = [];

beforeAll(async () => {
  rig = await Rig.start({
    TRUST_PROXY: '127.0.0.1',
    ROUTER_LIVE_SOCKETS_PER_ADDRESS: String(MOST_SOCKETS),
    ROUTER_LIVE_SUBSCRIPTIONS_PER_ADDRESS: String(MOST_SUBSCRIPTIONS),
  });
});
afterAll(() => rig.stop());
afterEach(async () => {
  for (const client of clients) client.terminate();
  for (const socket of sockets) socket.terminate();
  [clients, sockets] = [[], []];
  await rig.quiet();
  await until(async () => (await rig.metric('router_clients')) === 0);
});

const socketFrom = (address: string): WebSocket => {
  const headers = { 'x-forwarded-for': address };
  return new WebSocket(rig.socketUrl, 'graphql-transport-ws', { headers });
};

async function open(address: string): Promise<WebSocket> {
  const socket = socketFrom(address);
  sockets.push(socket);
  await once(socket, 'open');
  return socket;
}

async function refusalOf(address: string): Promise<string> {
  const [error] = (await once(socketFrom(address), 'error')) as [Error];
  return error.message;
}

function subscribe(address: string): Subscriber {
  class From extends WebSocket {
    constructor(url: string, protocol: string) {
      super(url, protocol, { headers: { 'x-forwarded-for': address } });
    }
  }
  const client = createClient({ url: rig.socketUrl, webSocketImpl: From, retryAttempts: 0 });
  clients.push(client);
  return new Subscriber(client, NOTED);
}

const running = (count: number): Promise<boolean> =>
  until(async () => (await rig.metric('router_client_subscriptions')) === count);

describe('one address', () => {
  it('has a limited number of WebSockets, which leaves the others theirs', async () => {
    const [first] = [await open('192.0.2.1'), await open('192.0.2.1'), await open('192.0.2.1')];
    expect(await refusalOf('192.0.2.1')).toContain('429');
    await open('192.0.2.2');
    first.terminate();
    await until(async () => (await rig.metric('router_clients')) === MOST_SOCKETS);
    await open('192.0.2.1');
  });

  it('is, of IPv6, all that one client may choose from', async () => {
    for (const last of ['1', '2', '3']) await open(`2001:db8::${last}`);
    expect(await refusalOf('2001:db8::4')).toContain('429');
    await open('2001:db8:0:1::4');
  });

  it('has a limited number of subscriptions where nobody says who it is', async () => {
    const first = subscribe('192.0.2.1');
    subscribe('192.0.2.1');
    await running(MOST_SUBSCRIPTIONS);
    const refused = subscribe('192.0.2.1');
    await until(() => refused.failure !== undefined);
    expect(refused.failure).toEqual(REFUSED);
    subscribe('192.0.2.2');
    await running(MOST_SUBSCRIPTIONS + 1);
    first.leave();
    await running(MOST_SUBSCRIPTIONS);
    subscribe('192.0.2.1');
    await running(MOST_SUBSCRIPTIONS + 1);
  });
});
