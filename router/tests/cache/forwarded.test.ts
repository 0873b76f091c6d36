import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Library, type LibraryRouter } from './library';

const BOOK = '{ motto book(id: "1") { title copies } }';

let library: Library;
let router: LibraryRouter;

beforeAll(async () => {
  library = await Library.open();
});
afterAll(() => library.close());
beforeEach(async () => {
  router = await library.route({ ROUTER_HEADERS_FORWARD: 'x-tenant' });
  library.takeHeard();
});

async function ask(headers: HeadersInit): Promise<string | null> {
  const response = await fetch(router.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query: BOOK }),
  });
  await response.text();
  return response.headers.get('cache-control');
}

const heard = (): string[] =>
  library
    .takeHeard()
    .map(({ subgraph }) => subgraph)
    .sort();

describe('what a client with forwarded headers asks', () => {
  it('is kept for those who send the same, and not answered with what was kept of others', async () => {
    await ask({});
    expect(heard()).toEqual(['catalogue', 'lending']);
    for (const tenant of ['a', 'b']) {
      expect(await ask({ 'x-tenant': tenant })).toBe('max-age=60, private');
      expect(heard()).toEqual(['catalogue', 'lending']);
      await ask({ 'x-tenant': tenant });
      expect(heard()).toEqual([]);
    }
    expect(await ask({ 'x-else': 'a' })).toBe('max-age=60, public');
    expect(heard()).toEqual([]);
  });

  it('leaves nothing for others', async () => {
    await ask({ 'x-tenant': 'a' });
    expect(heard()).toEqual(['catalogue', 'lending']);
    await ask({});
    expect(heard()).toEqual(['catalogue', 'lending']);
  });
});
