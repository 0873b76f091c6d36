import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '@spyhop/platform/testkit/until';
import { type ClientOptions, createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { Budget } from '../guard/budget';
import { Bookshop, ask } from './bookshop';
import { Subscriber, metricAt } from './kit';

/** Costs 8, as Apollo's documentation says. */
const BOOK = '{ book(id: 1) { title author { name } publisher { name address { zipCode } } } }';
/** Costs 5: as many books as the list is assumed to be long. */
const PUBLISHED = 'subscription { published { title } }';
/** Costs nothing, and so what the least costs. */
const NOTHING = '{ __typename }';
const ACCEPT_DEFER = 'multipart/mixed; deferSpec=20220824';
const ACCEPT_SUBSCRIPTION = 'multipart/mixed; subscriptionSpec=1.0';

let shop: Bookshop;

beforeAll(async () => {
  shop = await Bookshop.open();
});
afterAll(() => shop.close());
afterEach(() => shop.stopRouters());

/** What is left of a budget, as an answer's headers say. */
const leftOf = ({ headers }: { headers: Headers }): number =>
  Number(/^"cost";r=(\d+);t=\d+$/.exec(headers.get('ratelimit') ?? '')?.[1]);

/** What is left at least of a minute that began no earlier than then, whole seconds. */
const leftOfMinute = (begun: number): number => 60 - Math.ceil((performance.now() - begun) / 1_000);

const post = (port: number, body: unknown, accept = '*/*'): Promise<Response> =>
  fetch(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept },
    body: JSON.stringify(body),
  });

const connect = (port: number, options: Partial<ClientOptions> = {}) =>
  createClient({
    url: `ws://127.0.0.1:${port}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    ...options,
  });

/** Follows a subscription over HTTP until the subgraph has heard of it. */
async function follow(port: number, accept: string): Promise<void> {
  const response = await post(port, { query: PUBLISHED }, accept);
  await until(() => shop.published.listening === 1);
  await response.body?.cancel();
}

describe('a budget of cost', () => {
  it('is told with every answer, and with the refusal when there may be more', async () => {
    const { port } = await shop.route({ ROUTER_DEMAND_BUDGET: '20', ROUTER_DEMAND_WINDOW_S: '30' });
    const first = await ask(port, BOOK);
    expect(first.headers.get('ratelimit-policy')).toBe('"cost";q=20;w=30');
    expect(first.headers.get('ratelimit')).toBe('"cost";r=12;t=30');
    expect(leftOf(await ask(port, BOOK))).toBe(4);
    shop.asked = 0;
    const { status, headers, body } = await ask(port, BOOK);
    expect(status).toBe(429);
    expect(leftOf({ headers })).toBe(0);
    const retryAfterS = Number(headers.get('retry-after'));
    expect(retryAfterS).toBeGreaterThan(0);
    expect(retryAfterS).toBeLessThanOrEqual(30);
    const extensions = { code: 'RATE_LIMITED', retryAfterS };
    expect(body.errors).toEqual([{ message: expect.any(String), extensions }]);
    expect(shop.asked).toBe(0);
  });

  it('is there again with the next window', async () => {
    const { port } = await shop.route({ ROUTER_DEMAND_BUDGET: '8', ROUTER_DEMAND_WINDOW_S: '3' });
    // At once: a window may be over before something else is asked.
    const answers = await Promise.all([ask(port, BOOK), ask(port, BOOK)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 429]);
    const refused = answers.find(({ status }) => status === 429);
    expect(['1', '2', '3']).toContain(refused?.headers.get('retry-after'));
    await until(async () => (await ask(port, BOOK)).status === 200);
  });

  it('can be read by pages of other origins', async () => {
    const { port } = await shop.route();
    const { headers } = await ask(port, BOOK, { origin: 'https://studio.apollographql.com' });
    const exposed = headers.get('access-control-expose-headers')?.split(/,\s*/);
    expect(exposed).toEqual(
      expect.arrayContaining([
        'ratelimit',
        'ratelimit-policy',
        'retry-after',
        'age',
        'cache-status',
      ]),
    );
  });

  it('is forgotten for those that were asked for later where there are too many', async () => {
    const budget = new Budget({ cost: 1, windowS: 60, redis: null, clock: Date.now });
    const isExceeded = async () => (await budget.spend(1, 'first')).isExceeded;
    expect([await isExceeded(), await isExceeded()]).toEqual([false, true]);
    for (let other = 0; other < 99_999; other += 1) await budget.spend(1, `other ${other}`);
    expect(await isExceeded()).toBe(true);
    for (let other = 0; other < 100_000; other += 1) await budget.spend(1, `other ${other}`);
    expect(await isExceeded()).toBe(false);
  });

  it('bounds what one operation may cost, which nothing could pay for otherwise', async () => {
    const { port } = await shop.route({ ROUTER_DEMAND_BUDGET: '7' });
    const { body } = await ask(port, BOOK);
    const extensions = { code: 'OPERATION_TOO_LARGE', limit: 'cost', allowed: 7, cost: 8 };
    expect(body.errors).toMatchObject([{ extensions }]);
  });

  it.each<[string, (port: number) => Promise<unknown>, number]>([
    ['by POST', (port) => ask(port, BOOK), 8],
    [
      'by GET',
      (port) =>
        fetch(`http://127.0.0.1:${port}/graphql?query=${encodeURIComponent(BOOK)}`, {
          headers: { 'apollo-require-preflight': '1' },
        }),
      8,
    ],
    ['in a batch', (port) => post(port, [{ query: BOOK }, { query: '{ sold }' }]), 11],
    [
      'in parts',
      async (port) => {
        const query = '{ book { title ... @defer { author { name } } } }';
        const response = await post(port, { query }, ACCEPT_DEFER);
        expect(leftOf(response)).toBe(98);
        await response.text();
      },
      2,
    ],
    [
      'over Server-Sent Events',
      async (port) => (await post(port, { query: BOOK }, 'text/event-stream')).text(),
      8,
    ],
    [
      'over a WebSocket',
      async (port) => {
        const once = new Subscriber(connect(port), BOOK);
        await until(() => once.completed);
      },
      8,
    ],
    ['as a subscription over Server-Sent Events', (port) => follow(port, 'text/event-stream'), 5],
    ['as a subscription in parts', (port) => follow(port, ACCEPT_SUBSCRIPTION), 5],
    [
      'as a subscription over a WebSocket, once for all its events',
      async (port) => {
        const live = new Subscriber(connect(port), PUBLISHED);
        await until(() => shop.published.listening === 1);
        for (const title of ['Emma', 'Persuasion']) shop.published.publish([{ title }]);
        await live.received(2);
        live.leave();
      },
      5,
    ],
  ])('pays for what is asked %s', async (_, spend, cost) => {
    const { port } = await shop.route({ ROUTER_DEMAND_BUDGET: '100' });
    await spend(port);
    expect(leftOf(await ask(port, NOTHING))).toBe(100 - cost - 1);
    await until(() => shop.published.listening === 0);
  });

  it('that is spent ends operations on streams with the seconds to wait, and is counted', async () => {
    const { port, adminPort } = await shop.route({ ROUTER_DEMAND_BUDGET: '8' });
    const begun = performance.now();
    await ask(port, BOOK);
    const [once, live] = [BOOK, PUBLISHED].map((query) => new Subscriber(connect(port), query));
    await until(() => once?.failure !== undefined && live?.failure !== undefined);
    const left = leftOfMinute(begun);
    for (const { failure } of [once, live] as Subscriber[]) {
      const [error] = failure as { extensions: { code: string; retryAfterS: number } }[];
      expect(error?.extensions.code).toBe('RATE_LIMITED');
      expect(error?.extensions.retryAfterS).toBeGreaterThanOrEqual(left);
      expect(error?.extensions.retryAfterS).toBeLessThanOrEqual(60);
    }
    const stream = await post(port, { query: PUBLISHED }, 'text/event-stream');
    expect(await stream.text()).toContain('"retryAfterS":');
    const refusals = 'router_operations_refused_total';
    expect(await metricAt(adminPort, refusals, { reason: 'budget' })).toBe(3);
    expect(shop.published.listening).toBe(0);
  });

  it('that ends within a batch pays for what comes first', async () => {
    const { port } = await shop.route({ ROUTER_DEMAND_BUDGET: '10' });
    const begun = performance.now();
    const response = await post(port, [{ query: BOOK }, { query: BOOK }]);
    const seconds = Number(response.headers.get('retry-after'));
    expect(seconds).toBeGreaterThanOrEqual(leftOfMinute(begun));
    expect(seconds).toBeLessThanOrEqual(60);
    expect(await response.json()).toMatchObject([
      { data: { book: { title: 'Emma' } } },
      { errors: [{ extensions: { code: 'RATE_LIMITED' } }] },
    ]);
  });
});

describe('who is not signed in', () => {
  const from = (address: string) => ({ 'x-forwarded-for': address });
  const left = async (port: number, address: string) =>
    leftOf(await ask(port, NOTHING, from(address)));

  it('pays by the address of the connection, whatever the request says', async () => {
    const { port } = await shop.route({ ROUTER_DEMAND_BUDGET: '10' });
    expect(await left(port, '192.0.2.1')).toBe(9);
    expect(await left(port, '192.0.2.2')).toBe(8);
  });

  it('pays by the nearest address that no trusted proxy has', async () => {
    const { port } = await shop.route({
      ROUTER_DEMAND_BUDGET: '10',
      TRUST_PROXY: '127.0.0.1, 10.0.0.0/8, 2001:db8:1::/48',
    });
    expect(await left(port, '192.0.2.1')).toBe(9);
    expect(await left(port, '198.51.100.7, 192.0.2.1')).toBe(8);
    expect(await left(port, '192.0.2.1, 10.1.2.3, 2001:db8:1::9')).toBe(7);
    expect(await left(port, 'unknown, ::ffff:192.0.2.1')).toBe(6);
    expect(await left(port, '192.0.2.1:4711')).toBe(5);
    expect(await left(port, '192.0.2.2')).toBe(9);
    expect(await left(port, 'nonsense')).toBe(9);
    expect(await left(port, '10.1.2.3')).toBe(9);
  });

  it('pays for a whole network of IPv6, in which addresses cost nothing', async () => {
    const settings = { ROUTER_DEMAND_BUDGET: '10', TRUST_PROXY: '127.0.0.1' };
    const { port } = await shop.route(settings);
    expect(await left(port, '2001:db8::1')).toBe(9);
    expect(await left(port, '[2001:db8:0:0:aaaa:bbbb:cccc:dddd]:443')).toBe(8);
    expect(await left(port, '2001:db8:0:1::1')).toBe(9);
  });

  it('pays by the same address over a WebSocket', async () => {
    const { port } = await shop.route({
      ROUTER_DEMAND_BUDGET: '10',
      TRUST_PROXY: '127.0.0.1',
    });
    class Forwarded extends WebSocket {
      constructor(url: string, protocols: string[]) {
        super(url, protocols, { headers: from('192.0.2.1') });
      }
    }
    const once = new Subscriber(connect(port, { webSocketImpl: Forwarded }), BOOK);
    await until(() => once.completed);
    expect(await left(port, '192.0.2.1')).toBe(1);
  });
});
