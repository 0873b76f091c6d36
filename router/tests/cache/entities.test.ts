import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '@spyhop/platform/testkit/until';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { Library, type LibraryRouter } from './library';

let library: Library;
let router: LibraryRouter;

beforeEach(async () => {
  library = await Library.open();
  router = await library.route();
});
afterEach(() => library.close());

/** Ids of the entities that `lending` was asked for, request by request. */
const lent = (): string[][] =>
  library
    .takeHeard()
    .filter(({ subgraph }) => subgraph === 'lending')
    .map(({ ids }) => ids);

describe('entities that a subgraph allows to keep', () => {
  it('are asked for only where they are missing, whatever operation asked before', async () => {
    await router.ask('{ book(id: "2") { title copies } }');
    expect(lent()).toEqual([['2']]);
    const { body } = await router.ask('{ books { copies } }');
    expect(body.data).toEqual({ books: [{ copies: 10 }, { copies: 20 }, { copies: 30 }] });
    expect(lent()).toEqual([['1', '3']]);
    expect((await router.ask('{ books { id copies } }')).body.data).toEqual({
      books: [
        { id: '1', copies: 10 },
        { id: '2', copies: 20 },
        { id: '3', copies: 30 },
      ],
    });
    expect(lent()).toEqual([]);
    expect(await router.metric('router_cache_entities_total', 'outcome="memory"')).toBe(4);
    expect(await router.metric('router_cache_entities_total', 'outcome="miss"')).toBe(3);
  });

  it('are others for other arguments', async () => {
    const query = 'query ($at: String) { book(id: "1") { title copies(at: $at) } }';
    for (const at of ['here', 'there', undefined, null, 'here']) await router.ask(query, { at });
    expect(lent()).toEqual(Array(4).fill(['1']));
  });

  it('make an answer that is kept no longer than they are', async () => {
    await router.ask('{ book(id: "2") { copies } }');
    await until(
      async () => Number((await router.ask('{ book(id: "2") { copies } }')).headers.get('age')) > 0,
    );
    const { headers } = await router.ask('{ books { copies } }');
    expect(Number(/max-age=(\d+)/.exec(headers.get('cache-control') ?? '')?.[1])).toBeLessThan(60);
  });

  it('are there while those that are missing are refused, or their subgraph is away', async () => {
    await router.ask('{ book(id: "2") { copies } }');
    library.miscounted.add('3');
    const refused = await router.ask('{ books { id copies } }');
    expect(refused.body.data).toMatchObject({
      books: [{ copies: 10 }, { copies: 20 }, { copies: null }],
    });
    expect(refused.body.errors).toMatchObject([
      { path: ['books', 2, 'copies'], extensions: { code: 'CONFLICT' } },
    ]);
    library.isLendingAway = true;
    const away = await router.ask('{ books { id copies } }');
    expect(away.body.data).toMatchObject({
      books: [{ copies: null }, { copies: 20 }, { copies: null }],
    });
    expect(away.body.errors?.map(({ path, extensions }) => [path, extensions['code']])).toEqual([
      [['books', 0], 'UPSTREAM_UNAVAILABLE'],
      [['books', 2], 'UPSTREAM_UNAVAILABLE'],
    ]);
  });

  it('are asked for anew by every event of a subscription', async () => {
    await router.ask('{ book(id: "1") { copies } }');
    lent();
    const client = createClient({
      url: router.url.replace('http', 'ws'),
      webSocketImpl: WebSocket,
      lazyCloseTimeout: 0,
    });
    const events = client.iterate({ query: 'subscription { renamed { title copies } }' });
    const first = events.next();
    await until(() => library.renamings.listening === 1);
    library.renamings.publish('1');
    expect(await first).toMatchObject({
      value: { data: { renamed: { title: 'Emma', copies: 10 } } },
    });
    library.renamings.publish('1');
    await events.next();
    expect(lent()).toEqual([['1'], ['1']]);
    await client.dispose();
  });
});
