import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '../kit';
import { Library, type LibraryRouter } from './library';

let library: Library;
let router: LibraryRouter;

beforeEach(async () => {
  library = await Library.open();
  router = await library.route();
});
afterEach(() => library.close());

const BOOK = '{ book(id: "1") { title copies } }';

describe('a query whose subgraphs allow to keep its answer', () => {
  it('is answered again without asking them', async () => {
    const first = await router.ask(BOOK);
    expect(first.body).toEqual({ data: { book: { title: 'Emma', copies: 10 } } });
    expect(first.headers.get('cache-control')).toBe('max-age=60, public');
    expect(first.headers.get('cache-status')).toBe('router; fwd=miss; stored; ttl=60');
    expect(first.headers.has('age')).toBe(false);
    expect(library.takeHeard()).toHaveLength(2);
    const second = await router.ask(BOOK);
    expect(second.body).toEqual(first.body);
    expect(second.headers.get('cache-status')).toMatch(/^router; hit; detail=memory; ttl=/);
    expect(library.takeHeard()).toEqual([]);
  });

  it('says how old the answer is', async () => {
    await router.ask(BOOK);
    expect((await router.ask(BOOK)).headers.get('age')).toBe('0');
    await until(async () => Number((await router.ask(BOOK)).headers.get('age')) >= 1);
  });
});
