import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '@spyhop/platform/testkit/until';
import WebSocket from 'ws';
import { Rig, type Subscriber } from './kit';
import { stopReading } from './stop-reading';

const QUERY = 'subscription { priceChanged(ids: ["1", "2"]) { id price rating text } }';

let rig: Rig;
/** The same, but who takes nothing for so many seconds only is closed. */
let strict: Rig;
let open: Subscriber[] = [];

beforeAll(async () => {
  const settings = { ROUTER_LIVE_BACKLOG_BYTES: '65536' };
  rig = await Rig.start({ ...settings, ROUTER_LIVE_STUCK_MS: '600000' });
  strict = await Rig.start({ ...settings, ROUTER_LIVE_STUCK_MS: '2000' });
});
afterAll(() => Promise.all([rig.stop(), strict.stop()]));
afterEach(async () => {
  for (const subscriber of open) subscriber.leave();
  open = [];
  await rig.quiet();
  await strict.quiet();
});

function subscribe(query: string, at = rig): Subscriber {
  const subscriber = at.subscribe(query);
  open.push(subscriber);
  return subscriber;
}

const listening = (bus: { listening: number }, count = 1): Promise<boolean> =>
  until(() => bus.listening === count);

describe('when a subgraph goes away', () => {
  it('keeps its clients and goes on after the connection broke', async () => {
    const client = subscribe(QUERY);
    await listening(rig.shop.prices, 2);
    rig.shop.prices.publish({ id: '1', price: 1 });
    await client.received(1);
    await rig.proxy.cut();
    await until(() => rig.shop.prices.listening === 0);
    const late = subscribe(QUERY);
    await late.received(1);
    await rig.proxy.open();
    await listening(rig.shop.prices, 2);
    rig.shop.prices.publish({ id: '1', price: 2 });
    await client.received(2);
    expect(client.data).toMatchObject([
      { priceChanged: { price: 1 } },
      { priceChanged: { price: 2, rating: 0.5 } },
    ]);
    expect(client.completed).toBe(false);
    expect(client.failure).toBeUndefined();
  });

  it('goes on after the subgraph was stopped and started again', async () => {
    const clients = [
      subscribe(QUERY),
      subscribe(QUERY),
      subscribe('subscription { noted { text } }'),
    ];
    await listening(rig.shop.prices, 2);
    await listening(rig.shop.notes);
    await rig.shop.stop('products');
    await until(() => rig.shop.prices.listening === 0);
    await rig.shop.start('products');
    await listening(rig.shop.prices, 2);
    await listening(rig.shop.notes);
    rig.shop.prices.publish({ id: '2', price: 5 });
    rig.shop.notes.publish({ text: 'back' });
    for (const client of clients) await client.received(1);
    expect(rig.shop.prices.listening).toBe(2);
    expect(clients.map(({ failure }) => failure)).toEqual([undefined, undefined, undefined]);
  });

  it('serves a client that subscribed while the subgraph was away', async () => {
    await rig.proxy.cut();
    const client = subscribe(QUERY);
    await until(async () => (await rig.metric('router_upstream_retries_total')) > 0);
    await rig.proxy.open();
    await listening(rig.shop.prices, 2);
    rig.shop.prices.publish({ id: '1', price: 1 });
    await client.received(1);
  });
});

describe('a client that reads nothing', () => {
  /** A few of them fill what the system keeps: who is silent for 15 seconds is taken for gone. */
  const BIG = 'x'.repeat(2_000_000);
  const ASKED_TOGETHER = 5;
  /** Who is not answered before so many others are, one after the other, is not read. */
  const OTHERS_BEFORE = 200;

  /** Subscribes over a raw socket, which then stops reading. */
  async function stalled(at = rig): Promise<WebSocket> {
    const socket = new WebSocket(at.socketUrl, 'graphql-transport-ws');
    await new Promise((resolve) => socket.once('open', resolve));
    socket.send(JSON.stringify({ type: 'connection_init' }));
    await new Promise((resolve) => socket.once('message', resolve));
    socket.send(JSON.stringify({ id: 'x', type: 'subscribe', payload: { query: QUERY } }));
    await until(async () => (await at.metric('router_client_subscriptions')) === 2);
    stopReading(socket);
    return socket;
  }

  async function stalledAsker(): Promise<{ socket: WebSocket; answers: number }> {
    const socket = new WebSocket(rig.socketUrl, 'graphql-transport-ws');
    await new Promise((resolve) => socket.once('open', resolve));
    socket.send(JSON.stringify({ type: 'connection_init' }));
    await new Promise((resolve) => socket.once('message', resolve));
    const client = { socket, answers: 0 };
    socket.on('message', (data: Buffer) => {
      if (data.includes('"type":"complete"')) client.answers += 1;
    });
    stopReading(socket);
    return client;
  }

  /** Sends queries with long answers until the router reads no more of them; returns how many were sent. */
  async function askUntilUnanswered(socket: WebSocket): Promise<number> {
    const fields = Array.from(
      { length: 90 },
      (_, n) => `f${n}${'o'.repeat(2_000)}: __typename`,
    ).join(' ');
    const payload = { query: `{ ${fields} }` };
    // Else it is planned in a thread of its own meanwhile.
    await rig.ask(payload.query);
    let others = 0;
    const answered = async (): Promise<number> =>
      (await rig.metric('router_requests_total')) - others;
    const before = await answered();
    for (let asked = 0; asked < 2_000;) {
      for (let together = 0; together < ASKED_TOGETHER; together += 1) {
        asked += 1;
        socket.send(JSON.stringify({ id: `q${asked}`, type: 'subscribe', payload }));
      }
      const patience = others + OTHERS_BEFORE;
      while ((await answered()) < before + asked) {
        if (others === patience) return asked;
        await rig.ask('{ __typename }');
        others += 1;
      }
    }
    throw new Error('the router answered without end');
  }

  async function publishUntilHeldBack(healthy: Subscriber): Promise<number> {
    const before = await rig.metric('router_messages_held_back_total');
    let price = 0;
    while ((await rig.metric('router_messages_held_back_total')) < before + 5) {
      price += 1;
      rig.shop.prices.publish({ id: String(1 + (price % 2)), price, text: BIG });
      await healthy.received(price);
    }
    return price;
  }

  it('delays nobody, and gets the newest of each key when it reads again', async () => {
    const healthy = subscribe(QUERY);
    await listening(rig.shop.prices, 2);
    const socket = await stalled();
    const newest = await publishUntilHeldBack(healthy);
    expect(healthy.results).toHaveLength(newest);
    const prices: number[] = [];
    socket.on('message', (data: Buffer) => {
      const { payload } = JSON.parse(data.toString()) as {
        payload: { data: { priceChanged: { price: number } } };
      };
      prices.push(payload.data.priceChanged.price);
    });
    socket.resume();
    await until(() => prices.includes(newest) && prices.includes(newest - 1));
    expect(prices.length).toBeLessThan(newest);
    expect(prices.slice(0, 2)).toEqual([1, 2]);
    rig.shop.prices.publish({ id: '1', price: 1_000 });
    await until(() => prices.at(-1) === 1_000);
    socket.terminate();
  });

  it('is not read from until it takes its answers', async () => {
    const client = await stalledAsker();
    const asked = await askUntilUnanswered(client.socket);
    expect(asked).toBeGreaterThan(5);
    client.socket.resume();
    await until(() => client.answers === asked);
    client.socket.terminate();
  });

  it('is closed with a code when it goes on like that', async () => {
    const healthy = subscribe(QUERY, strict);
    await listening(strict.shop.prices, 2);
    const socket = await stalled(strict);
    const closed = new Promise<[number, string]>((resolve) =>
      socket.once('close', (code, reason) => resolve([code, reason.toString()])),
    );
    let sent = 0;
    while ((await strict.metric('router_stuck_clients_total')) === 0) {
      sent += 1;
      strict.shop.prices.publish({ id: '1', price: sent, text: BIG });
      await healthy.received(sent);
    }
    expect(await strict.metric('router_client_subscriptions')).toBe(1);
    socket.resume();
    expect(await closed).toEqual([4413, 'The client took nothing for too long']);
    strict.shop.prices.publish({ id: '1', price: 0 });
    await healthy.received(sent + 1);
  });
});
