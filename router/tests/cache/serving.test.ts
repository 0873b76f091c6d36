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

const BOOK = '{ book(id: "1") { title copies } }';
const EMMA = { data: { book: { title: 'Emma', copies: 10 } } };
const statusOf = async (query: string, key?: string): Promise<string | null> =>
  (await router.ask(query, {}, key)).headers.get('cache-status');
const HIT = /^router; hit; detail=memory; ttl=\d+$/;
const NOT_STORED = 'router; fwd=miss';
const BYPASS = 'router; fwd=bypass';

describe('a query whose subgraphs allow to keep its answer', () => {
  it('is answered again without asking them', async () => {
    const first = await router.ask(BOOK);
    expect(first.body).toEqual(EMMA);
    expect(first.headers.get('cache-control')).toBe('max-age=60, public');
    expect(first.headers.get('cache-status')).toBe('router; fwd=miss; stored; ttl=60');
    expect(first.headers.has('age')).toBe(false);
    expect(library.takeHeard()).toHaveLength(2);
    const second = await router.ask(BOOK);
    expect(second.body).toEqual(EMMA);
    expect(second.headers.get('cache-status')).toMatch(HIT);
    expect(library.takeHeard()).toEqual([]);
    expect(await router.metric('router_cache_answers_total', 'outcome="memory"')).toBe(1);
    expect(await router.metric('router_cache_bytes')).toBeGreaterThan(100);
  });

  it('is the same whatever it is called, and another with other variables', async () => {
    const named = (name: string): string => `query ${name}($id: ID!) { book(id: $id) { title } }`;
    await router.ask(named('A'), { id: '1' });
    await router.ask(named('A'), { id: '2' });
    library.takeHeard();
    const again = await Promise.all(['1', '2'].map((id) => router.ask(named('B'), { id })));
    expect(again.map(({ body }) => body.data)).toEqual([
      { book: { title: 'Emma' } },
      { book: { title: 'Ulysses' } },
    ]);
    expect(library.takeHeard()).toEqual([]);
  });

  it('says how old the answer is', async () => {
    const begun = performance.now();
    await router.ask(BOOK);
    const age = Number((await router.ask(BOOK)).headers.get('age'));
    expect(age).toBeLessThanOrEqual((performance.now() - begun) / 1_000);
    await until(async () => Number((await router.ask(BOOK)).headers.get('age')) >= 1);
  });

  it('is asked anew when the answer has become too old', async () => {
    const newest = '{ newest { title } }';
    await router.ask(newest);
    library.titles.set('3', 'Walden');
    await until(
      async () =>
        JSON.stringify((await router.ask(newest)).body.data) === '{"newest":{"title":"Walden"}}',
    );
  });

  it('is executed once for all who ask for it at the same time', async () => {
    const { promise, resolve: open } = Promise.withResolvers<undefined>();
    library.gate = promise;
    // Those of a batch arrive together.
    const asked = router.post(JSON.stringify(Array(10).fill({ query: BOOK })));
    await until(() => library.heard.length > 0);
    open(undefined);
    expect(await (await asked).json()).toEqual(Array(10).fill(EMMA));
    expect(library.takeHeard().map(({ subgraph }) => subgraph)).toEqual(['catalogue', 'lending']);
    expect(await router.metric('router_cache_answers_total', 'outcome="collapsed"')).toBe(9);
  });

  it('is answered over GET from what was kept over POST, and tells caches what it depends on', async () => {
    await router.ask(BOOK);
    library.takeHeard();
    const response = await fetch(`${router.url}?query=${encodeURIComponent(BOOK)}`, {
      headers: { 'apollo-require-preflight': '1', origin: 'https://studio.apollographql.com' },
    });
    expect(await response.json()).toEqual(EMMA);
    expect(response.headers.get('vary')?.toLowerCase().split(/, */)).toEqual(
      expect.arrayContaining(['accept', 'authorization', 'x-api-key', 'origin']),
    );
    expect(library.takeHeard()).toEqual([]);
  });

  it('is answered in a batch and over WebSockets too', async () => {
    await router.ask(BOOK);
    library.takeHeard();
    const batch = await router.post(JSON.stringify([{ query: BOOK }, { query: '{ unsaid }' }]));
    expect(await batch.json()).toEqual([EMMA, { data: { unsaid: 1 } }]);
    expect(batch.headers.get('cache-control')).toBe('no-store');
    const client = createClient({
      url: router.url.replace('http', 'ws'),
      webSocketImpl: WebSocket,
      lazyCloseTimeout: 0,
    });
    const { value } = await client.iterate({ query: BOOK }).next();
    expect(value).toEqual(EMMA);
    await client.dispose();
    expect(library.takeHeard().map(({ query }) => query)).toEqual(['{unsaid}']);
  });
});

describe('an answer is not kept', () => {
  it('where a field says nothing, or that it must not be', async () => {
    for (const query of ['{ unsaid }', '{ book(id: "1") { readers } }', '{ __typename unsaid }']) {
      const { headers } = await router.ask(query);
      expect([headers.get('cache-status'), headers.get('cache-control')]).toEqual([
        BYPASS,
        'no-store',
      ]);
    }
  });

  it('where it has errors', async () => {
    library.miscounted.add('1');
    const { body, headers } = await router.ask(BOOK);
    expect(body.errors).toMatchObject([{ path: ['book', 'copies'] }]);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(await statusOf(BOOK)).toBe(NOT_STORED);
    library.miscounted.clear();
    expect((await router.ask(BOOK)).body).toEqual(EMMA);
    expect(await statusOf(BOOK)).toMatch(HIT);
  });

  it('for longer, or for more people, than a subgraph says in the header of its answer', async () => {
    library.responds = { 'cache-control': 'no-store' };
    expect(await statusOf(BOOK)).toBe(NOT_STORED);
    library.responds = { 'cache-control': 'private, max-age=60' };
    expect(await statusOf(BOOK)).toBe(NOT_STORED);
    library.responds = { 'cache-control': 'max-age=7' };
    expect(await statusOf(BOOK)).toBe('router; fwd=miss; stored; ttl=7');
    library.responds = { 'cache-control': 'max-age=30', age: '20' };
    expect(await statusOf('{ motto again: motto }')).toBe('router; fwd=miss; stored; ttl=10');
    library.responds = { 'cache-control': 'max-age=900' };
    expect(await statusOf('{ motto }')).toBe('router; fwd=miss; stored; ttl=60');
  });

  it('where the client takes parts of it later', async () => {
    const query = '{ book(id: "1") { title ... @defer { copies } } }';
    for (let turn = 0; turn < 2; turn += 1) {
      const response = await router.post(JSON.stringify({ query }), undefined, {
        accept: 'multipart/mixed;deferSpec=20220824',
      });
      expect(response.headers.get('cache-control')).toBe('no-store');
      expect(await response.text()).toContain('"copies":10');
      expect(library.takeHeard()).toHaveLength(2);
    }
  });

  it('where it is that of a mutation, which reads anew what it has written', async () => {
    await router.ask(BOOK);
    library.takeHeard();
    const rename = 'mutation { rename(id: "1", title: "Persuasion") { title copies } }';
    for (let turn = 0; turn < 2; turn += 1) {
      const { body, headers } = await router.ask(rename);
      expect(body.data).toEqual({ rename: { title: 'Persuasion', copies: 10 } });
      expect(headers.get('cache-control')).toBe('no-store');
      expect(library.takeHeard().map(({ subgraph }) => subgraph)).toEqual(['catalogue', 'lending']);
    }
  });

  it('by a router whose cache is switched off', async () => {
    const other = await library.route({ ROUTER_CACHE_ENABLED: 'false' });
    for (let turn = 0; turn < 2; turn += 1) {
      expect((await other.ask(BOOK)).headers.get('cache-status')).toBe(BYPASS);
      expect(library.takeHeard()).toHaveLength(2);
    }
  });
});
