import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '@spyhop/platform/testkit/until';
import WebSocket from 'ws';
import { Rig, type Subscriber } from './kit';
import { stopReading } from './stop-reading';

const TABLE = 'subscription ($ids: [ID!]!) { tablePriced(ids: $ids) { id price rating } }';
const FAULTY = 'subscription { faulty { price rating } }';

let rig: Rig;
let open: Subscriber[] = [];

beforeAll(async () => {
  rig = await Rig.start({
    ROUTER_LIVE_BACKLOG_BYTES: '65536',
    ROUTER_LIVE_STUCK_MS: '600000',
    ROUTER_LIVE_QUEUE_MESSAGES: '20',
    ROUTER_LIVE_QUEUE_BYTES: '4000000',
  });
});
afterAll(() => rig.stop());
afterEach(async () => {
  for (const subscriber of open) subscriber.leave();
  open = [];
  await rig.quiet();
  rig.shop.ratedIds.length = 0;
  rig.shop.gate = Promise.resolve();
});

function subscribe(query: string, variables?: Record<string, unknown>): Subscriber {
  const subscriber = rig.subscribe(query, variables);
  open.push(subscriber);
  return subscriber;
}

const listening = (bus: { listening: number }, count = 1): Promise<boolean> =>
  until(() => bus.listening === count);
const subscribers = (count: number): Promise<boolean> =>
  until(async () => (await rig.metric('router_client_subscriptions')) === count);
const closeGate = (): (() => void) => {
  let open = (): void => undefined;
  rig.shop.gate = new Promise((resolve) => (open = resolve));
  return () => open();
};

/** The rows of a client's table, as its messages brought them. */
function rowsOf({ data }: Subscriber): Map<string, number> {
  const rows = new Map<string, number>();
  for (const message of data) {
    const { tablePriced } = message as { tablePriced: { id: string; price: number }[] };
    for (const { id, price } of tablePriced) rows.set(id, price);
  }
  return rows;
}

describe('a subscription that is split by its list', () => {
  it('costs no more upstream subscriptions and requests than there are elements, whatever the lists', async () => {
    const lists = [
      ['1'],
      ['1', '2'],
      ['2', '3'],
      ['3', '1'],
      ['1', '2', '3'],
      ['3', '2', '1', '1'],
    ];
    const clients = lists.map((ids) => subscribe(TABLE, { ids }));
    await subscribers(lists.length);
    await listening(rig.shop.prices, 3);
    expect(await rig.metric('router_streams')).toBe(1);
    expect(await rig.metric('router_upstream_subscriptions')).toBe(3);
    for (let price = 1; price <= 3; price += 1) {
      for (const id of ['1', '2', '3']) rig.shop.prices.publish({ id, price });
      await until(() =>
        clients.every((client, index) =>
          lists[index]?.every((id) => rowsOf(client).get(id) === price),
        ),
      );
    }
    const asked = rig.shop.ratings.flat();
    expect(asked.length).toBeLessThanOrEqual(9);
    clients.forEach((client, index) => {
      expect([...rowsOf(client).keys()].sort()).toEqual([...new Set(lists[index])].sort());
    });
  });

  it('sends what changed of a list in one message, and not more often than its author allows', async () => {
    const ids = ['1', '2', '3'];
    const client = subscribe(TABLE, { ids });
    await listening(rig.shop.prices, 3);
    const startedAt = Date.now();
    for (let price = 1; price <= 100; price += 1) {
      for (const id of ids) rig.shop.prices.publish({ id, price });
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    await until(() => ids.every((id) => rowsOf(client).get(id) === 100));
    const seconds = (Date.now() - startedAt) / 1_000;
    // 20 a second, and the one that began it.
    expect(client.results.length).toBeLessThanOrEqual(Math.ceil(seconds * 20) + 1);
    expect(client.results.length).toBeGreaterThan(2);
    const before = client.results.length;
    rig.shop.prices.publish({ id: '2', price: 101 });
    await client.received(before + 1);
    expect(client.data[before]).toEqual({ tablePriced: [{ id: '2', price: 101, rating: 1 }] });
  });

  it('tells the end of an element while events of others go on, which are sent no more often for it', async () => {
    const client = subscribe(TABLE, { ids: ['1', '2'] });
    await listening(rig.shop.prices, 2);
    // Whenever something has been joined, more has come.
    const soon = { then: (resume: () => void) => setTimeout(resume, 20) };
    rig.shop.gate = soon as unknown as Promise<void>;
    let price = 0;
    const publishing = setInterval(() => {
      price += 1;
      for (const id of ['1', '2']) rig.shop.prices.publish({ id, price });
    }, 1);
    await client.received(2);
    const startedAt = Date.now();
    const before = client.results.length;
    const refused = subscribe(TABLE, { ids: ['unknown'] });
    await until(() => refused.failure !== undefined);
    await client.received(before + 10);
    clearInterval(publishing);
    const seconds = (Date.now() - startedAt) / 1_000;
    expect(client.results.length - before).toBeLessThanOrEqual(Math.ceil(seconds * 20) + 1);
    expect(refused.failure).toMatchObject([{ extensions: { code: 'INVALID_INPUT' } }]);
  });

  it('gives a newcomer all that is known of its elements in one message, and of others nothing', async () => {
    const first = subscribe(TABLE, { ids: ['1', '2', '3'] });
    await listening(rig.shop.prices, 3);
    for (const id of ['1', '2', '3']) rig.shop.prices.publish({ id, price: Number(id) });
    await until(() => rowsOf(first).size === 3);
    const late = subscribe(TABLE, { ids: ['3', '1'] });
    await late.received(1);
    expect(late.data).toEqual([
      {
        tablePriced: [
          { id: '3', price: 3, rating: 1.5 },
          { id: '1', price: 1, rating: 0.5 },
        ],
      },
    ]);
  });

  it('says at which item something failed, wherever that is in the list of each client', async () => {
    rig.shop.ratingFails = 'coded';
    const both = subscribe(TABLE, { ids: ['1', '2'] });
    const one = subscribe(TABLE, { ids: ['2'] });
    await subscribers(2);
    await listening(rig.shop.prices, 2);
    rig.shop.prices.publish({ id: '2', price: 2 });
    await one.received(1);
    rig.shop.ratingFails = 'no';
    rig.shop.prices.publish({ id: '1', price: 1 });
    await until(() => rowsOf(both).size === 2);
    const late = subscribe(TABLE, { ids: ['1', '2'] });
    const [snapshot] = await late.received(1);
    expect(one.results[0]).toMatchObject({
      data: { tablePriced: [{ id: '2', rating: null }] },
      errors: [{ path: ['tablePriced', 0, 'rating'], extensions: { code: 'CONFLICT' } }],
    });
    expect(snapshot?.errors).toMatchObject([{ path: ['tablePriced', 1, 'rating'] }]);
  });

  it.each([
    ['a variable', 'subscription ($ids: [ID!]!) { tablePriced(ids: $ids) { id } }', { ids: ['1'] }],
    [
      'another variable',
      'subscription A($i: [ID!]!) { tablePriced(ids: $i) { id } }',
      { i: ['1'] },
    ],
    ['a list of variables', 'subscription ($a: ID!) { tablePriced(ids: [$a]) { id } }', { a: '1' }],
    [
      'a fragment',
      'subscription { ...F } fragment F on Subscription { tablePriced(ids: "1") { id } }',
      {},
    ],
  ])('is shared however the list is written: %s', async (_, query, variables) => {
    subscribe('subscription { tablePriced(ids: ["1", "2"]) { id } }');
    subscribe(query, variables);
    await subscribers(2);
    const streams = await rig.metric('router_streams');
    // A fragment stays in the document, and makes it another one.
    expect(streams).toBe(query.includes('fragment') ? 2 : 1);
    const upstreams = await rig.metric('router_upstream_subscriptions');
    expect(upstreams).toBe(query.includes('fragment') ? 3 : 2);
  });

  it('leaves to the subgraph what cannot be split, and refuses more elements than are allowed', async () => {
    const all = subscribe('subscription { logged { text } }');
    const none = subscribe('subscription { logged(topics: []) { text } }');
    const nothing = subscribe('subscription { logged(topics: null) { text } }');
    const tooMany = subscribe('subscription ($ids: [ID!]!) { priceChanged(ids: $ids) { id } }', {
      ids: Array.from({ length: 51 }, (_, index) => String(index)),
    });
    await until(() => tooMany.failure !== undefined);
    expect(tooMany.failure).toMatchObject([
      { message: '`ids` takes at most 50 elements.', extensions: { code: 'INVALID_INPUT' } },
    ]);
    await until(() => nothing.failure !== undefined);
    await listening(rig.shop.logs, 2);
    rig.shop.logs.publish({ topic: 'all', text: 'everyone' });
    await all.received(1);
    expect(all.data).toEqual([{ logged: { text: 'everyone' } }]);
    expect(none.results).toEqual([]);
  });

  it('ends for those who asked for an element that is refused, and only for them', async () => {
    const good = subscribe('subscription { priceChanged(ids: ["1"]) { id } }');
    await listening(rig.shop.prices);
    const bad = subscribe('subscription { priceChanged(ids: ["1", "unknown"]) { id } }');
    await until(() => bad.failure !== undefined);
    expect(bad.failure).toMatchObject([{ extensions: { code: 'INVALID_INPUT' } }]);
    rig.shop.prices.publish({ id: '1', price: 1 });
    await good.received(1);
  });

  it('is complete when all its elements are', async () => {
    const client = subscribe('subscription { countedEach(to: [2, 3]) }');
    await until(() => client.completed);
    const counted = client.data.map((data) => (data as { countedEach: number }).countedEach);
    expect(counted.sort()).toEqual([1, 1, 2, 2, 3]);
  });

  it('drops an element soon after the last who asked for it left', async () => {
    subscribe(TABLE, { ids: ['1'] });
    const second = subscribe(TABLE, { ids: ['1', '2'] });
    await listening(rig.shop.prices, 2);
    second.leave();
    await listening(rig.shop.prices, 1);
    expect(await rig.metric('router_upstream_subscriptions')).toBe(1);
  });
});

describe('a subscription whose every event counts', () => {
  it('brings them all in order, joined together where they came faster than they could be joined', async () => {
    const openGate = closeGate();
    const client = subscribe(FAULTY);
    await listening(rig.shop.faults);
    for (let price = 1; price <= 50; price += 1) rig.shop.faults.publish({ id: '1', price });
    await until(() => rig.shop.ratings.length === 1);
    openGate();
    await client.received(50);
    const prices = client.data.map((data) => (data as { faulty: { price: number } }).faulty.price);
    expect(prices).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
    expect(rig.shop.ratings.length).toBeLessThan(10);
  });

  it('begins for a newcomer with what happens next', async () => {
    const first = subscribe(FAULTY);
    await listening(rig.shop.faults);
    rig.shop.faults.publish({ id: '1', price: 1 });
    await first.received(1);
    const late = subscribe(FAULTY);
    await subscribers(2);
    rig.shop.faults.publish({ id: '1', price: 2 });
    await late.received(1);
    expect(late.data).toEqual([{ faulty: { price: 2, rating: 0.5 } }]);
  });

  it('sends what came before the subgraph completed', async () => {
    const client = subscribe('subscription { countedEach(to: [5]) }');
    await until(() => client.completed);
    expect(client.results).toHaveLength(5);
  });

  it('ends with SLOW_CONSUMER for a client that does not take it, and goes on for others', async () => {
    const query = 'subscription { logged(topics: ["a"]) { text } }';
    const healthy = subscribe(query);
    await listening(rig.shop.logs);
    const { socket, messages } = await stalled(query);
    const text = 'x'.repeat(180_000);
    let sent = 0;
    while ((await rig.metric('router_slow_clients_total')) === 0) {
      sent += 1;
      rig.shop.logs.publish({ topic: 'a', text });
      await healthy.received(sent);
    }
    socket.resume();
    await until(() => messages.at(-1)?.['type'] === 'error');
    const [error] = messages.at(-1)?.['payload'] as { extensions: { missed: number } }[];
    expect(error).toMatchObject({ extensions: { code: 'SLOW_CONSUMER' } });
    const got = messages.filter(({ type }) => type === 'next').length;
    expect(got + (error?.extensions.missed ?? 0)).toBe(sent);
    expect(error?.extensions.missed).toBe(21);
    socket.send(JSON.stringify({ type: 'ping' }));
    await until(() => messages.at(-1)?.['type'] === 'pong');
    rig.shop.logs.publish({ topic: 'a', text: 'on' });
    await healthy.received(sent + 1);
    socket.terminate();
  });

  it('loses nothing for a client that falls behind for a while', async () => {
    const query = 'subscription { logged(topics: ["b"]) { text } }';
    const healthy = subscribe(query);
    await listening(rig.shop.logs);
    const { socket, messages } = await stalled(query);
    const before = await rig.metric('router_messages_held_back_total');
    let sent = 0;
    while ((await rig.metric('router_messages_held_back_total')) < before + 5) {
      sent += 1;
      rig.shop.logs.publish({ topic: 'b', text: `${sent} ${'x'.repeat(180_000)}` });
      await healthy.received(sent);
    }
    socket.resume();
    await until(() => messages.length === sent);
    const texts = messages.map(
      ({ payload }) => (payload as { data: { logged: { text: string } } }).data.logged.text,
    );
    expect(texts.map((text) => Number(text.split(' ', 1)[0]))).toEqual(
      Array.from({ length: sent }, (_, index) => index + 1),
    );
    socket.terminate();
  });

  it('brings what the system took only a part of whole, whatever others were sent meanwhile', async () => {
    const query = 'subscription { logged(topics: ["c"]) { text } }';
    const healthy = subscribe(query);
    await listening(rig.shop.logs);
    const { socket, messages } = await stalled(query);
    const before = await rig.metric('router_messages_held_back_total');
    const texts: string[] = [];
    while ((await rig.metric('router_messages_held_back_total')) < before + 5) {
      const text = `${texts.length} `.repeat(4_000);
      texts.push(text);
      rig.shop.logs.publish({ topic: 'c', text });
      await healthy.received(texts.length);
    }
    socket.resume();
    await until(() => messages.length === texts.length);
    expect(messages).toEqual(
      texts.map((text) => ({ id: 'x', type: 'next', payload: { data: { logged: { text } } } })),
    );
    socket.terminate();
  });
});

/** Subscribes over a raw socket, which then stops reading; what it gets when it reads again is collected. */
async function stalled(
  query: string,
): Promise<{ socket: WebSocket; messages: Record<string, unknown>[] }> {
  const socket = new WebSocket(rig.socketUrl, 'graphql-transport-ws');
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init' }));
  await once(socket, 'message');
  const messages: Record<string, unknown>[] = [];
  socket.on('message', (data: Buffer) =>
    messages.push(JSON.parse(data.toString()) as Record<string, unknown>),
  );
  socket.send(JSON.stringify({ id: 'x', type: 'subscribe', payload: { query } }));
  await subscribers(2);
  stopReading(socket);
  return { socket, messages };
}
