import type { IncomingMessage } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '@spyhop/platform/testkit/until';
import fc from 'fast-check';
import { type Client, createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { createAddressOf, isNetwork } from '../transport/client-address';
import { Echo } from './echo';
import { Subscriber } from './kit';
import { readLog } from './logged';

// The same each time.
fc.configureGlobal({ seed: 1 });

const from = (peer: string, forwarded?: string | string[]): IncomingMessage =>
  ({
    socket: { remoteAddress: peer },
    headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
  }) as never;

describe("a client's address", () => {
  it.each([
    // trusted, peer, X-Forwarded-For, address
    [[], '192.0.2.1', '203.0.113.9', '192.0.2.1'],
    [[], '::ffff:192.0.2.1', undefined, '192.0.2.1'],
    [['10.0.0.0/8'], '192.0.2.1', '203.0.113.9', '192.0.2.1'],
    [['10.0.0.0/8'], '10.1.1.1', '203.0.113.9', '203.0.113.9'],
    [['10.0.0.0/8'], '::ffff:10.1.1.1', '203.0.113.9', '203.0.113.9'],
    [['::ffff:10.0.0.0/104'], '10.1.1.1', '203.0.113.9', '203.0.113.9'],
    [['10.0.0.0/8'], '10.1.1.1', undefined, '10.1.1.1'],
    [['10.0.0.0/8'], '10.1.1.1', '1.2.3.4, 203.0.113.9, 10.2.2.2', '203.0.113.9'],
    [['10.0.0.0/8'], '10.1.1.1', '203.0.113.9, junk, 10.2.2.2', '10.2.2.2'],
    [['10.0.0.0/8'], '10.1.1.1', '010.1.1.1', '10.1.1.1'],
    [['10.0.0.0/8'], '10.1.1.1', '203.0.113.9:4711', '203.0.113.9'],
    [['2001:db8::/32'], '2001:db8::1', '[2001:DB9:0::1]:443', '2001:db9::1'],
    [['1'], '192.0.2.1', '1.2.3.4, 203.0.113.9', '203.0.113.9'],
    [['2'], '192.0.2.1', '1.2.3.4, 203.0.113.9, 192.0.2.2', '203.0.113.9'],
    [['2'], '192.0.2.1', '203.0.113.9', '203.0.113.9'],
    [['1'], '192.0.2.1', '203.0.113.9\r\nx-admin: 1', '192.0.2.1'],
  ])(
    'where %j are trusted, of %s forwarding for %j, is %s',
    (trusted, peer, forwarded, address) => {
      expect(createAddressOf(trusted)(from(peer, forwarded))).toBe(address);
    },
  );

  it('is never what comes before an address that is not trusted, whatever it is', () => {
    const addressOf = createAddressOf(['10.0.0.0/8']);
    const anything = fc.oneof(fc.string(), fc.ipV4(), fc.ipV6());
    fc.assert(
      fc.property(anything, (invented) => {
        const forwarded = `${invented.replaceAll(',', '')}, 203.0.113.9, 10.2.2.2`;
        expect(addressOf(from('10.1.1.1', forwarded))).toBe('203.0.113.9');
      }),
    );
  });

  it.each([
    ['10.0.0.0/8', true],
    ['2001:db8::/32', true],
    ['10.0.0.0/33', false],
    ['10.0.0/8', false],
    ['010.0.0.1', false],
    ['example.org', false],
    ['10.0.0.0/8/8', false],
    ['10.0.0.0/', false],
  ])('may be trusted by %s: %s', (text, expected) => {
    expect(isNetwork(text)).toBe(expected);
  });
});

const CONFIG = `
headers:
  forward: [x-tenant]
  named:
    left: { clientAddress: x-client-address }
`;

describe('a subgraph that is to know the address', () => {
  let echo: Echo;
  let log: ReturnType<typeof readLog>;
  const clients: Client[] = [];
  beforeAll(async () => {
    log = readLog();
    echo = await Echo.start(CONFIG, { TRUST_PROXY: '1', LOG_LEVEL: 'info' });
  });
  afterAll(async () => {
    await echo.stop();
    log.stop();
  });
  afterEach(async () => {
    for (const client of clients.splice(0)) client.terminate();
    await until(() => echo.turns.listening === 0);
    echo.heard = [];
  });

  const SPOOFED = {
    'x-client-address': '6.6.6.6',
    ':address': '6.6.6.6',
    'X-Client-Address': '6.6.6.6',
  };
  const addressesHeardBy = (subgraph: string): unknown[] =>
    echo.heard
      .filter((heard) => heard.subgraph === subgraph)
      .map(({ headers }) => headers['x-client-address']);

  function connect(forwardedFor: string, connectionParams: Record<string, unknown>): Client {
    class Socket extends WebSocket {
      constructor(address: string, protocol: string) {
        const headers = { 'x-forwarded-for': forwardedFor, 'x-client-address': '6.6.6.6' };
        super(address, protocol, { headers });
      }
    }
    const url = `ws://127.0.0.1:${echo.port}/graphql`;
    const client = createClient({ url, webSocketImpl: Socket, retryAttempts: 0, connectionParams });
    clients.push(client);
    return client;
  }

  it('is told it over HTTP by the router alone, and no other subgraph is', async () => {
    const headers = { 'x-forwarded-for': '203.0.113.9', 'x-client-address': '6.6.6.6' };
    await echo.ask({ query: '{ left right }' }, headers);
    expect(addressesHeardBy('left')).toEqual(['203.0.113.9']);
    expect(addressesHeardBy('right')).toEqual([undefined]);
  });

  it('is told it with operations and subscriptions over a WebSocket, whatever the client puts there', async () => {
    const client = connect('203.0.113.9', SPOOFED);
    const query = new Subscriber(client, '{ left }');
    await until(() => query.completed);
    new Subscriber(client, 'subscription { turned { id mine theirs } }');
    await until(() => echo.turns.listening === 1);
    expect(addressesHeardBy('left')).toEqual(['203.0.113.9', '203.0.113.9']);
  });

  it('is asked apart for clients at different addresses, and other subgraphs together', async () => {
    new Subscriber(connect('203.0.113.1', {}), 'subscription { ticked }');
    new Subscriber(connect('203.0.113.2', {}), 'subscription { ticked }');
    new Subscriber(connect('203.0.113.1', {}), 'subscription { streamed }');
    new Subscriber(connect('203.0.113.2', {}), 'subscription { streamed }');
    await until(() => echo.heard.length >= 3);
    expect(addressesHeardBy('left').sort()).toEqual(['203.0.113.1', '203.0.113.2']);
    expect(addressesHeardBy('events')).toEqual([undefined]);
  });

  it('appears in the access log', async () => {
    const client = connect('203.0.113.7', {});
    const subscriber = new Subscriber(client, 'subscription { ticked }');
    await until(() => echo.heard.length > 0);
    subscriber.leave();
    const told = { msg: 'subscription', address: '203.0.113.7' };
    await until(() =>
      log.lines.some(({ msg, address }) => msg === told.msg && address === told.address),
    );
  });
});
