import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { invalidateCached } from '@spyhop/platform/cache-invalidation';
import { freePort } from '@spyhop/platform/testkit/ports';
import { type TestRedis, testRedis } from '@spyhop/platform/testkit/redis';
import { until } from '@spyhop/platform/testkit/until';
import { Proxy } from '../proxy';
import { Library, type LibraryRouter } from './library';

let library: Library;
let redis: TestRedis;
/** Between the first router and Redis. */
let wire: Proxy;
let one: LibraryRouter;
let two: LibraryRouter;

beforeEach(async () => {
  library = await Library.open();
  redis = testRedis();
  const { port, hostname } = new URL(redis.url);
  expect(hostname).toMatch(/^(127\.0\.0\.1|localhost)$/);
  wire = new Proxy(await freePort(), Number(port));
  await wire.open();
  const through = new URL(redis.url);
  through.port = String(wire.port);
  [one, two] = (await Promise.all(
    [through.href, redis.url].map((url) =>
      library.route({ REDIS_URL: url, REDIS_PREFIX: redis.prefix }),
    ),
  )) as [LibraryRouter, LibraryRouter];
  await Promise.all([one.untilShared(), two.untilShared()]);
});
afterEach(async () => {
  await library.close();
  await wire.cut();
  await redis.close();
});

const BOOK = '{ book(id: "1") { title copies } }';
const titleBy = async (router: LibraryRouter, query = BOOK): Promise<unknown> => {
  const { data } = (await router.ask(query)).body;
  return (data?.['book'] as { title: string }).title;
};
const statusBy = async (router: LibraryRouter): Promise<string> =>
  (await router.ask(BOOK)).headers.get('cache-status') ?? '';

describe('routers that share a Redis', () => {
  it('serve what another one has kept, entities too', async () => {
    const query = 'query ($at: String) { book(id: "1") { copies(at: $at) } }';
    const other = 'query ($at: String) { book(id: "1") { title copies(at: $at) } }';
    let turn = 0;
    // What Redis is too busy to take at once is not kept there.
    await until(async () => {
      const at = `shelf ${(turn += 1)}`;
      await one.ask(query, { at });
      const { headers } = await two.ask(query, { at });
      if (!headers.get('cache-status')?.startsWith('router; hit; detail=redis')) return false;
      library.takeHeard();
      await two.ask(other, { at });
      return library.takeHeard().every(({ subgraph }) => subgraph === 'catalogue');
    });
    const { headers } = await two.ask(query, { at: `shelf ${turn}` });
    expect(headers.get('cache-status')).toMatch(/^router; hit; detail=memory/);
  });

  it('forget what a subgraph says has changed, and only that', async () => {
    const other = '{ book(id: "2") { title copies } }';
    const books = '{ books { title } }';
    for (const router of [one, two]) {
      for (const query of [BOOK, other, books]) await router.ask(query);
    }
    library.titles.set('1', 'Persuasion');
    await invalidateCached(redis.space, ['book-1']);
    await until(async () => (await titleBy(one)) === 'Persuasion');
    await until(async () => (await titleBy(two)) === 'Persuasion');
    library.takeHeard();
    for (const router of [one, two]) expect(await titleBy(router, other)).toBe('Ulysses');
    expect(library.takeHeard()).toEqual([]);
    // The list contains the book.
    for (const router of [one, two]) {
      const { body } = await router.ask(books);
      expect(body.data?.['books']).toContainEqual({ title: 'Persuasion' });
    }
  });

  it('forget the answers of a root field that is tagged', async () => {
    for (const router of [one, two]) await router.ask('{ books { title } }');
    library.titles.set('4', 'Hamlet');
    await invalidateCached(redis.space, ['books']);
    for (const router of [one, two]) {
      await until(async () => {
        const { body } = await router.ask('{ books { title } }');
        return (body.data?.['books'] as object[]).length === 4;
      });
    }
  });
});

describe('a router that loses its Redis', () => {
  it('goes on with what it has in memory, and comes back without what has changed meanwhile', async () => {
    await one.ask(BOOK);
    await until(async () => (await statusBy(two)).includes('hit'));
    await wire.cut();
    await one.untilShared(false);
    expect(await statusBy(one)).toMatch(/hit; detail=memory/);
    expect((await one.ask('{ motto }')).headers.get('cache-status')).toContain('stored');
    expect((await one.ask('{ motto }')).headers.get('cache-status')).toContain('hit');
    library.titles.set('1', 'Persuasion');
    await invalidateCached(redis.space, ['book-1']);
    expect(await titleBy(one)).toBe('Emma');
    await wire.open();
    await one.untilShared();
    expect(await titleBy(one)).toBe('Persuasion');
    await until(async () => (await titleBy(two)) === 'Persuasion');
  });

  it('answers also when there was none from the start', async () => {
    const alone = await library.route({
      REDIS_URL: `redis://127.0.0.1:${await freePort()}`,
      REDIS_PREFIX: redis.prefix,
    });
    expect(await titleBy(alone)).toBe('Emma');
    expect(await statusBy(alone)).toMatch(/hit; detail=memory/);
  });
});
