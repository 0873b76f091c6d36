import { readFile, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '@spyhop/platform/testkit/until';
import { Rig, type Subscriber } from './kit';

const PRICE = 'subscription { priceChanged(ids: ["1"]) { id price rating } }';

let rig: Rig;
let original: string;

beforeEach(async () => {
  rig = await Rig.start({ ROUTER_LIVE_DRAIN_MS: '2000', ROUTER_LIVE_DRAIN_PER_SECOND: '1' });
  original = await readFile(rig.supergraphFile, 'utf8');
});
afterEach(() => rig.stop());

const listening = (bus: { listening: number }, count = 1): Promise<boolean> =>
  until(() => bus.listening === count);

/** Resolves when the router serves that supergraph, as a field tells that it has not served before. */
async function serve(sdl: string, knows: string): Promise<void> {
  await writeFile(rig.supergraphFile, sdl);
  await until(async () => {
    const { body } = await rig.ask(
      `{ __type(name: "Subscription") { fields { name description } } }`,
    );
    return JSON.stringify(body).includes(knows);
  });
}

/** The supergraph with a description, which makes it another one without changing anything. */
const described = (sdl: string): string =>
  sdl.replace('  faulty: Product', '  "Sometimes." faulty: Product');

const codeOf = ({ failure }: Subscriber): unknown =>
  (failure as { extensions: { code: string } }[] | undefined)?.[0]?.extensions.code;

describe('when the supergraph changes', () => {
  it('a stream whose plan is the same goes on, its upstream too', async () => {
    const client = rig.subscribe(PRICE);
    await listening(rig.shop.prices);
    rig.shop.prices.publish({ id: '1', price: 1 });
    await client.received(1);
    let dropped = false;
    const watching = setInterval(() => (dropped ||= rig.shop.prices.listening !== 1), 1);
    await serve(described(original), 'Sometimes.');
    rig.shop.prices.publish({ id: '1', price: 2 });
    await client.received(2);
    clearInterval(watching);
    expect(dropped).toBe(false);
    const late = rig.subscribe(PRICE);
    await late.received(1);
    expect(await rig.metric('router_streams')).toBe(1);
    expect(client.data.at(-1)).toEqual({ priceChanged: { id: '1', price: 2, rating: 0.5 } });
  });

  it('a stream is one, and goes on, whatever fields that it does not ask for are on their way elsewhere', async () => {
    const label = 'overrideLabel: "percent(50)"';
    const moving = original.replace(
      'stock: Int! @join__field(graph: REVIEWS)',
      `stock: Int! @join__field(graph: REVIEWS, override: "products", ${label}) @join__field(graph: PRODUCTS, ${label})`,
    );
    expect(moving).not.toBe(original);
    await serve(described(moving), 'Sometimes.');
    const clients = Array.from({ length: 12 }, () => rig.subscribe(PRICE));
    await until(async () => (await rig.metric('router_client_subscriptions')) === 12);
    expect(await rig.metric('router_streams')).toBe(1);
    await listening(rig.shop.prices);
    let dropped = false;
    const watching = setInterval(() => (dropped ||= rig.shop.prices.listening !== 1), 1);
    await serve(described(moving).replace('Sometimes.', 'Often.'), 'Often.');
    rig.shop.prices.publish({ id: '1', price: 1 });
    for (const client of clients) await client.received(1);
    clearInterval(watching);
    expect(dropped).toBe(false);
  });

  it('a stream that is planned otherwise now is served by the new plan, its clients not ended', async () => {
    const client = rig.subscribe('subscription { noted { text } }');
    const table = rig.subscribe('subscription { tablePriced(ids: ["1", "2"]) { id price } }');
    await listening(rig.shop.notes);
    await listening(rig.shop.prices, 2);
    const changed = original
      .replace('noted: Note! @conflate @replayLast', 'noted: Note!')
      .replace(' @splitBy(argument: "ids")', '');
    expect(original.length - changed.length).toBe(
      ' @conflate @replayLast @splitBy(argument: "ids")'.length,
    );
    await serve(described(changed), 'Sometimes.');
    await listening(rig.shop.prices, 1);
    rig.shop.notes.publish({ text: 'on' });
    rig.shop.prices.publish({ id: '2', price: 2 });
    await client.received(1);
    await table.received(1);
    expect([client.failure, table.failure]).toEqual([undefined, undefined]);
    expect(table.data).toEqual([{ tablePriced: [{ id: '2', price: 2 }] }]);
    expect(await rig.metric('router_client_subscriptions')).toBe(2);
  });

  it('clients of what is gone are ended with SCHEMA_CHANGED, one after the other, and others are not', async () => {
    const gone = Array.from({ length: 20 }, () =>
      rig.subscribe('subscription { logged { text } }'),
    );
    const stays = rig.subscribe(PRICE);
    await until(async () => (await rig.metric('router_client_subscriptions')) === 21);
    const ended: number[] = [];
    const watching = setInterval(() => {
      ended.push(gone.filter(({ failure }) => failure !== undefined).length);
    }, 5);
    await serve(described(original.replace(/^ +logged\(.*$/m, '')), 'Sometimes.');
    await until(() => gone.every(({ failure }) => failure !== undefined));
    clearInterval(watching);
    expect(new Set(gone.map(codeOf))).toEqual(new Set(['SCHEMA_CHANGED']));
    // 20 clients in 2 s, in steps of 20 ms: also a machine that is busy for parts of that sees some of them.
    expect(new Set(ended).size).toBeGreaterThan(5);
    rig.shop.prices.publish({ id: '1', price: 1 });
    await stays.received(1);
    await listening(rig.shop.logs, 0);
  });

  it('clients of what asks for other rights now are ended', async () => {
    const client = rig.subscribe('subscription { noted { text } }');
    await listening(rig.shop.notes);
    const changed = original.replace('noted: Note!', 'noted: Note! @authenticated');
    await serve(described(changed), 'Sometimes.');
    await until(() => client.failure !== undefined);
    expect(codeOf(client)).toBe('SCHEMA_CHANGED');
    const again = rig.subscribe('subscription { noted { text } }');
    await until(() => again.failure !== undefined);
    expect(codeOf(again)).toBe('UNAUTHENTICATED');
  });
});

describe('when the router stops', () => {
  it('closes WebSockets with 1001 one after the other, and ends streams over HTTP whole', async () => {
    const codes: number[] = [];
    const clients = Array.from({ length: 10 }, () => {
      const client = rig.client();
      client.on('closed', (event) => codes.push((event as { code: number }).code));
      client.subscribe(
        { query: PRICE },
        { next: () => undefined, error: () => undefined, complete: () => undefined },
      );
      return client;
    });
    const overHttp = ['text/event-stream', 'multipart/mixed;subscriptionSpec=1.0'].map(
      async (accept) => {
        const response = await fetch(rig.url, {
          method: 'POST',
          headers: { accept, 'content-type': 'application/json' },
          body: JSON.stringify({ query: PRICE }),
        });
        return response.text();
      },
    );
    await until(async () => (await rig.metric('router_client_subscriptions')) === 12);
    const stopping = rig.stopRouter();
    const [events, parts] = await Promise.all(overHttp);
    await stopping;
    await until(() => codes.length === clients.length);
    expect(new Set(codes)).toEqual(new Set([1001]));
    expect(events).toMatch(/"code":"GOING_AWAY".*\n\nevent: complete\ndata:\n\n$/);
    expect(parts).toMatch(/"code":"GOING_AWAY".*\r\n--graphql--\r\n$/);
  });
});
