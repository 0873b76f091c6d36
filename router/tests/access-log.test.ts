import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '@spyhop/platform/testkit/until';
import WebSocket from 'ws';
import { briefSeconds } from './brief';
import { Rig, type Subscriber } from './kit';
import { readLog } from './logged';
import { stopReading } from './stop-reading';

const PRICE = 'subscription Price { priceChanged(ids: ["1"]) { id price } }';

const SETTINGS = { LOG_LEVEL: 'info', ROUTER_LIVE_BACKLOG_BYTES: '65536' };

let rig: Rig;
let log: ReturnType<typeof readLog>;

beforeAll(async () => {
  log = readLog();
  rig = await Rig.start({
    ...SETTINGS,
    ROUTER_IDENTITY_API_KEYS_URL: 'http://127.0.0.1:9/nobody',
    // Events enough come in it for some to give way.
    ROUTER_LIVE_STUCK_MS: String(briefSeconds() * 1_000),
  });
});
afterAll(async () => {
  await rig.stop();
  log.stop();
});
afterEach(async () => {
  await until(async () => (await rig.metric('router_streams')) === 0);
  const { shop } = rig;
  await until(() => shop.prices.listening + shop.logs.listening === 0);
  log.lines.length = 0;
});

const told = () => log.lines.filter(({ msg }) => msg === 'subscription');

async function onlyLine(): Promise<Record<string, unknown>> {
  await until(() => told().length > 0);
  expect(told()).toHaveLength(1);
  return told()[0] ?? {};
}

async function publishedTo(subscriber: Subscriber, ...prices: number[]): Promise<void> {
  await until(() => rig.shop.prices.listening === 1);
  for (const price of prices) {
    const { length } = subscriber.results;
    rig.shop.prices.publish({ id: '1', price });
    await subscriber.received(length + 1);
  }
}

/** Subscribes over a raw socket, which then stops reading. */
async function stalled(query: string, at = rig): Promise<WebSocket> {
  const socket = new WebSocket(at.socketUrl, 'graphql-transport-ws');
  await new Promise((resolve) => socket.once('open', resolve));
  socket.send(JSON.stringify({ type: 'connection_init' }));
  await new Promise((resolve) => socket.once('message', resolve));
  stopReading(socket);
  socket.send(JSON.stringify({ id: 'x', type: 'subscribe', payload: { query } }));
  return socket;
}

const JSON_TYPE = { 'content-type': 'application/json' };
const STRICT = { ...JSON_TYPE, accept: 'application/graphql-response+json' };

describe('the access log of requests', () => {
  const lines = () => log.lines.filter(({ msg }) => msg === 'request');
  const post = (headers: Record<string, string>, body: string): Promise<Response> =>
    fetch(rig.url, { method: 'POST', headers: { ...headers, 'x-request-id': 'request-1' }, body });

  it.each([
    ['a body that is no JSON', JSON_TYPE, '{', 400],
    ['a body of another type', { 'content-type': 'application/xml' }, '{}', 415],
    ['a body that is too large', JSON_TYPE, JSON.stringify({ query: 'x'.repeat(300_000) }), 413],
    ['a batch of nothing', JSON_TYPE, '[]', 400],
    ['nothing that the client accepts', { ...JSON_TYPE, accept: 'image/png' }, '{}', 406],
    [
      'a stream for a token that is not accepted',
      { ...JSON_TYPE, accept: 'text/event-stream', authorization: 'nonsense' },
      JSON.stringify({ query: PRICE }),
      401,
    ],
  ])('has a line for %s, which is counted', async (_, headers, body, status) => {
    const refused = () => rig.metric('router_requests_total', { operation: 'none' });
    const before = await refused();
    const response = await post(headers, body);
    expect(response.status).toBe(status);
    expect(await refused()).toBe(before + 1);
    await until(() => lines().length > 0);
    expect(lines()).toEqual([
      expect.objectContaining({
        requestId: 'request-1',
        address: '127.0.0.1',
        operation: 'none',
        outcome: 'refused',
        status,
      }),
    ]);
  });

  it.each([
    ['answered', JSON_TYPE, '{ product(id: "1") { name } }', 'ok', 200],
    ['refused to who accepts any status', STRICT, '{ nothing }', 'refused', 400],
    ['refused to who does not', JSON_TYPE, '{ nothing }', 'refused', 200],
  ])('says address and status of one that is %s', async (_, headers, query, outcome, status) => {
    const response = await post(headers, JSON.stringify({ query }));
    expect(response.status).toBe(status);
    await until(() => lines().length > 0);
    expect(lines()).toEqual([expect.objectContaining({ address: '127.0.0.1', outcome, status })]);
  });

  it('tells of what was deferred when all of it was sent', async () => {
    const accept = 'multipart/mixed;deferSpec=20220824,application/json';
    const query = '{ product(id: "1") { name ... @defer { rating } } }';
    let open = (): void => undefined;
    rig.shop.gate = new Promise((resolve) => (open = resolve));
    const response = await post({ ...JSON_TYPE, accept }, JSON.stringify({ query }));
    await until(() => rig.shop.ratings.length > 0);
    expect(lines()).toEqual([]);
    open();
    const { length } = await response.text();
    await until(() => lines().length > 0);
    const [line] = lines();
    expect(line).toMatchObject({ outcome: 'ok', status: 200, fetches: 2 });
    expect(line?.['length']).toBeGreaterThan('{"data":{"product":{"name":""}}}'.length);
    expect(line?.['length']).toBeLessThan(length);
  });

  it('has a line for a WebSocket that is refused', async () => {
    const socket = new WebSocket(rig.socketUrl, 'graphql-transport-ws', {
      headers: { origin: 'https://elsewhere.example' },
    });
    await new Promise((resolve) => socket.once('error', resolve));
    await until(() => lines().length > 0);
    expect(lines()).toEqual([expect.objectContaining({ address: '127.0.0.1', status: 403 })]);
  });
});

describe('the access log', () => {
  it('says of a subscription that its client left, with how much it got', async () => {
    const subscriber = rig.subscribe(PRICE);
    await publishedTo(subscriber, 1, 2, 3);
    expect(told()).toEqual([]);
    subscriber.leave();
    const line = await onlyLine();
    expect(line).toMatchObject({
      // The process that writes it is still told.
      name: 'router',
      operationName: 'Price',
      transport: 'websocket',
      events: 3,
      conflated: 0,
      missed: 0,
      end: 'left',
    });
    expect(line['ms']).toBeGreaterThanOrEqual(0);
  });

  it('says so too of a client whose connection is gone', async () => {
    const socket = await stalled(PRICE);
    await until(() => rig.shop.prices.listening === 1);
    socket.terminate();
    expect(await onlyLine()).toMatchObject({ end: 'left', events: 0 });
  });

  it.each([
    ['text/event-stream', 'sse'],
    ['multipart/mixed;subscriptionSpec=1.0', 'multipart'],
  ])(
    'says that a subscription over %s was complete, under its request',
    async (accept, transport) => {
      const response = await fetch(rig.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept, 'x-request-id': 'request-4711' },
        body: JSON.stringify({ query: 'subscription { counted(to: 4) }' }),
      });
      await response.text();
      expect(await onlyLine()).toMatchObject({
        operationName: null,
        requestId: 'request-4711',
        transport,
        events: 4,
        end: 'complete',
      });
    },
  );

  it.each([
    ['subscription { refused(why: "No.") }', 'INVALID_INPUT'],
    ['subscription { whispered { text } }', 'UNAUTHENTICATED'],
    ['subscription { nothing }', 'GRAPHQL_VALIDATION_FAILED'],
  ])('says why %s ended', async (query, end) => {
    const subscriber = rig.subscribe(query);
    await until(() => subscriber.failure !== undefined);
    expect(await onlyLine()).toMatchObject({ events: 0, end });
  });

  it('counts what gave way to newer events for a client that is too slow', async () => {
    const socket = await stalled('subscription { priceChanged(ids: ["1"]) { id price text } }');
    await until(() => rig.shop.prices.listening === 1);
    const text = 'x'.repeat(2_000_000);
    const received = (): Promise<number> => rig.metric('router_events_total');
    const coalesced = (): Promise<number> => rig.metric('router_events_coalesced_total');
    const before = { received: await received(), coalesced: await coalesced() };
    const isStuck = async (): Promise<boolean> =>
      (await rig.metric('router_stuck_clients_total')) > 0;
    let published = 0;
    while (!(await isStuck())) {
      published += 1;
      rig.shop.prices.publish({ id: '1', price: published, text });
      // What comes once it is stuck reaches nobody any more.
      await until(
        async () => (await received()) - before.received === published || (await isStuck()),
      );
    }
    const line = await onlyLine();
    expect(line).toMatchObject({ end: 'stuck', missed: 0 });
    expect(line['conflated']).toBeGreaterThan(0);
    // All are of one key: of those that were not sent one waited, the others gave way; the last may have come too late.
    const sent = Number(line['events']) + Number(line['conflated']) + 1;
    const all = sent + (await coalesced()) - before.coalesced;
    expect([published - 1, published]).toContain(all);
    socket.terminate();
  });

  it('counts what a client missed whose every event counts', async () => {
    // Where nobody is stuck, however long it takes until there is no more room.
    const patient = await Rig.start({
      ...SETTINGS,
      ROUTER_LIVE_STUCK_MS: '600000',
      ROUTER_LIVE_QUEUE_MESSAGES: '5',
    });
    const socket = await stalled('subscription { logged { text } }', patient);
    await until(() => patient.shop.logs.listening === 1);
    await until(async () => {
      patient.shop.logs.publish({ topic: 'all', text: 'x'.repeat(200_000) });
      return (await patient.metric('router_slow_clients_total')) > 0;
    });
    expect(await onlyLine()).toMatchObject({ end: 'SLOW_CONSUMER', missed: 6 });
    socket.terminate();
    await patient.stop();
  });

  it('leaves queries over a WebSocket to the line that they have as requests', async () => {
    await rig.subscribe('query Named { product(id: "1") { name } }').received(1);
    await until(() => log.lines.some((line) => line['operationName'] === 'Named'));
    expect(told()).toEqual([]);
  });
});
