import { afterEach, describe, expect, it } from '@jest/globals';
import { until } from '@spyhop/platform/testkit/until';
import { type Answer, Rig } from './kit';
import { inFile } from './config-file';

let rig: Rig | undefined;
let release: () => void = () => undefined;

afterEach(async () => {
  release();
  await rig?.stop();
  rig = undefined;
});

async function route(yaml: string): Promise<Rig> {
  rig = await Rig.start(await inFile(yaml));
  return rig;
}

/** Keeps the reviews from answering until they are released. */
function hold({ shop }: Rig): void {
  shop.gate = new Promise((resolve) => {
    release = resolve;
  });
}

const rated = (id: string): string => `{ product(id: "${id}") { name rating } }`;
const expectNoRating = ({ body }: Answer, name: string): void =>
  expect(body).toMatchObject({
    data: { product: { name, rating: null } },
    errors: [{ path: ['product'], extensions: { code: 'UPSTREAM_UNAVAILABLE' } }],
  });

describe('what is set for one subgraph', () => {
  it('is the time that it may take, whatever others may', async () => {
    const held = await route(
      'subgraphs: { timeoutMs: 60000, named: { reviews: { timeoutMs: 100 } } }',
    );
    hold(held);
    expectNoRating(await held.ask(rated('1')), 'Lamp');
  });

  it('stands above what is set for all', async () => {
    const held = await route(
      'subgraphs: { concurrency: 1, queue: 0, named: { reviews: { queue: 1 } } }',
    );
    hold(held);
    const first = held.ask(rated('1'));
    await until(() => held.shop.ratings.length === 1);
    const second = held.ask(rated('2'));
    const asked = { subgraph: 'products', outcome: 'ok' };
    await until(async () => (await held.metric('router_subgraph_fetches_total', asked)) === 2);
    release();
    for (const answer of [await first, await second]) expect(answer.body.errors).toBeUndefined();
  });

  it('is how many requests may be under way, and how many may wait', async () => {
    const held = await route('subgraphs: { named: { reviews: { concurrency: 1, queue: 0 } } }');
    hold(held);
    const first = held.ask(rated('1'));
    await until(() => held.shop.ratings.length === 1);
    expectNoRating(await held.ask(rated('2')), 'Chair');
    release();
    expect((await first).body).toEqual({ data: { product: { name: 'Lamp', rating: 0.5 } } });
  });

  it('is after how many failures it is left alone', async () => {
    const broken = await route(
      'subgraphs: { named: { reviews: { breakAfter: 1, openMs: 600000 } } }',
    );
    await broken.shop.stop('reviews');
    expectNoRating(await broken.ask(rated('1')), 'Lamp');
    await broken.shop.start('reviews');
    expectNoRating(await broken.ask(rated('2')), 'Chair');
    expect(broken.shop.ratings).toEqual([]);
  });

  it.each([
    ['timeoutMs: 0', 'subgraphs.named.reviews.timeoutMs: must be at least 1'],
    ['retryShare: 2', 'subgraphs.named.reviews.retryShare: must be 0 to 1'],
    ['timeout: 5', 'subgraphs.named.reviews.timeout: there is no such key'],
  ])('is refused where it makes no sense: %s', async (setting, fault) => {
    const starting = route(`subgraphs: { named: { reviews: { ${setting} } } }`);
    await expect(starting).rejects.toThrow(fault);
  });

  it('is refused for a subgraph that there is not', async () => {
    const starting = route('subgraphs: { named: { review: {} }, serverSentEvents: [offers] }');
    await expect(starting).rejects.toThrow(
      'subgraphs.named: no subgraph "review"; there are products, reviews, users',
    );
    await expect(starting).rejects.toThrow('subgraphs.serverSentEvents: no subgraph "offers"');
  });

  it('has no variable', async () => {
    const starting = Rig.start({ ROUTER_SUBGRAPHS_NAMED: 'reviews=5' });
    await expect(starting).rejects.toThrow('ROUTER_SUBGRAPHS_NAMED: there is no such key');
  });
});
