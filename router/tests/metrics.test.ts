import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '@spyhop/platform/testkit/until';
import { inFile } from './config-file';
import { Rig } from './kit';
import { Viewer } from './live-viewer';

let rig: Rig;
let release: () => void = () => undefined;

beforeAll(async () => {
  rig = await Rig.start({
    ...(await inFile('subgraphs: { named: { reviews: { concurrency: 1 } } }')),
    ROUTER_LIVE_BACKLOG_BYTES: '65536',
    ROUTER_LIVE_STUCK_MS: '600000',
    ROUTER_LIVE_QUEUE_MESSAGES: '5',
  });
});
afterAll(() => rig.stop());
afterEach(async () => {
  release();
  await rig.quiet();
});

/** Keeps the reviews from answering until they are released. */
function hold(): void {
  rig.shop.gate = new Promise((resolve) => {
    release = resolve;
  });
}

const untilIs = (value: number, ...figure: Parameters<Rig['metric']>): Promise<boolean> =>
  until(async () => (await rig.metric(...figure)) === value);

/** A client that takes nothing. */
async function stalled(query: string): Promise<Viewer> {
  const viewer = await Viewer.join(rig.socketUrl, query, {});
  viewer.pause();
  return viewer;
}

describe('the metrics', () => {
  it('say how many requests wait for their turn at a subgraph, and what operations ask', async () => {
    hold();
    const asked = ['1', '2', '3'].map((id) =>
      rig.ask(`query Rated { product(id: "${id}") { rating } }`),
    );
    await untilIs(2, 'router_subgraph_queue_depth', { subgraph: 'reviews' });
    expect(await rig.metric('router_subgraph_queue_depth')).toBe(2);
    release();
    await Promise.all(asked);
    expect(await rig.metric('router_subgraph_queue_depth')).toBe(0);
    // Each asks the products and the reviews.
    expect(await rig.metric('router_operation_fetches_total', { name: 'Rated' })).toBe(6);
  });

  it('say how many events wait to be joined, and how many gave way before', async () => {
    const coalesced = await rig.metric('router_events_coalesced_total');
    const events = await rig.metric('router_events_total');
    const joins = rig.shop.ratings.length;
    hold();
    const subscriber = rig.subscribe(
      'subscription Joined { priceChanged(ids: ["1", "2"]) { id price rating } }',
    );
    await until(() => rig.shop.prices.listening === 2);
    rig.shop.prices.publish({ id: '1', price: 1 });
    await until(() => rig.shop.ratings.length === joins + 1);
    for (const [id, price] of [
      ['1', 2],
      ['2', 3],
      ['1', 4],
    ] as const) {
      rig.shop.prices.publish({ id, price });
    }
    await untilIs(events + 4, 'router_events_total');
    expect(await rig.metric('router_join_queue_depth')).toBe(2);
    expect(await rig.metric('router_events_coalesced_total')).toBe(coalesced + 1);
    expect(await rig.metric('router_streams', { name: 'Joined' })).toBe(1);
    expect(await rig.metric('router_client_subscriptions', { name: 'Joined' })).toBe(1);
    release();
    await subscriber.received(3);
    expect(await rig.metric('router_join_queue_depth')).toBe(0);
    subscriber.leave();
  });

  it('say what waits for slow clients, what gave way for them, and what they get in the end', async () => {
    const viewer = await stalled(
      'subscription Slow { priceChanged(ids: ["1"]) { id price text } }',
    );
    await until(() => rig.shop.prices.listening === 1);
    const sent = await rig.metric('router_messages_total');
    const text = 'x'.repeat(2_000_000);
    let price = 0;
    while ((await rig.metric('router_events_conflated_total', { name: 'Slow' })) === 0) {
      const events = await rig.metric('router_events_total');
      price += 1;
      rig.shop.prices.publish({ id: '1', price, text });
      await untilIs(events + 1, 'router_events_total');
    }
    expect(await rig.metric('router_client_queue_depth')).toBe(1);
    viewer.resume();
    await until(
      () =>
        (viewer.results.at(-1)?.['priceChanged'] as { price: number } | undefined)?.price === price,
    );
    await untilIs(0, 'router_client_queue_depth');
    expect((await rig.metric('router_messages_total')) - sent).toBe(viewer.results.length);
    expect(await rig.metric('router_events_dropped_total', { name: 'Slow' })).toBe(0);
    await viewer.leave();
    viewer.hangUp();
  });

  it('say how many events a client lost whose every event counts', async () => {
    const viewer = await stalled('subscription Lost { logged { text } }');
    await until(() => rig.shop.logs.listening === 1);
    await until(async () => {
      rig.shop.logs.publish({ topic: 'all', text: 'x'.repeat(200_000) });
      return (await rig.metric('router_slow_clients_total')) > 0;
    });
    const lost = { name: 'Lost', reason: 'slow' };
    // Five may wait; with the sixth it is ended.
    expect(await rig.metric('router_events_dropped_total', lost)).toBe(6);
    expect(await rig.metric('router_client_queue_depth')).toBe(0);
    viewer.hangUp();
  });

  it('do not grow with the names that clients give', async () => {
    for (let index = 0; index < 150; index += 1) {
      await rig.ask(`query Q${index} { me { id } }`);
      rig.subscribe(`subscription S${index} { counted(to: 1) }`);
    }
    await rig.ask(`query ${'L'.repeat(5_000)} { me { id } }`);
    const text = await (await fetch(`http://127.0.0.1:${rig.adminPort}/metrics`)).text();
    const names = [...text.matchAll(/\bname="(\w+)"/g)].map(([, name]) => name ?? '');
    expect(names).toContain('other');
    // A hundred, and those that are too many.
    expect(new Set(names).size).toBeLessThanOrEqual(101);
    expect(Math.max(...names.map(({ length }) => length))).toBeLessThan(200);
  });
});
