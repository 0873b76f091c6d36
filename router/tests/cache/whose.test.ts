import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { inFile } from '../config-file';
import type { Answer } from '../kit';
import { Library, type LibraryRouter } from './library';

// The same each time.
fc.configureGlobal({ seed: 1 });

/** Keys of ann, of ann with more scopes, and of bob. */
const KEYS = ['ann', 'ann:rare:read', 'ann:rare:read loans:read', 'bob', 'bob:loans:read'];

let library: Library;
let router: LibraryRouter;
let uncached: LibraryRouter;

beforeAll(async () => {
  library = await Library.open();
  uncached = await library.route({ ROUTER_CACHE_ENABLED: 'false' });
});
beforeEach(async () => {
  router = await library.route();
  library.takeHeard();
});
afterEach(() => router.stop());
afterAll(() => library.close());

const dataOf = async (query: string, key?: string): Promise<unknown> =>
  (await router.ask(query, {}, key)).body.data;

describe('what requires an identity', () => {
  it('is kept for who asked and served to nobody else', async () => {
    expect(await dataOf('{ mine { text } }', 'ann')).toEqual({ mine: { text: 'of ann' } });
    expect(await dataOf('{ mine { text } }', 'bob')).toEqual({ mine: { text: 'of bob' } });
    library.takeHeard();
    const again = await router.ask('{ mine { text } }', {}, 'ann');
    expect(again.body).toEqual({ data: { mine: { text: 'of ann' } } });
    expect(again.headers.get('cache-control')).toBe('max-age=60, private');
    expect(library.takeHeard()).toEqual([]);
    const nobody = await router.ask('{ mine { text } }');
    expect(nobody.body).toMatchObject({ data: null, errors: [{ path: ['mine'] }] });
    expect(nobody.headers.get('cache-control')).toBe('no-store');
  });

  it('is kept apart for tenants whom subgraphs are told of', async () => {
    const other = await library.route({ ROUTER_IDENTITY_PASSED_CLAIMS: 'tenant' });
    for (let turn = 0; turn < 2; turn += 1) {
      for (const tenant of ['north', 'south']) {
        const { body } = await other.ask('{ mine { text } }', {}, `ann@${tenant}`);
        expect(body).toEqual({ data: { mine: { text: `of ann at ${tenant}` } } });
      }
    }
    expect(library.takeHeard()).toHaveLength(2);
  });

  it('is kept once for tenants whom no subgraph hears of', async () => {
    for (const tenant of ['north', 'south']) {
      expect(await dataOf('{ mine { text } }', `ann@${tenant}`)).toEqual({
        mine: { text: 'of ann' },
      });
    }
    expect(library.takeHeard()).toHaveLength(1);
  });

  it('is not served to who lacks the scope, whoever had it before', async () => {
    for (const key of ['ann:rare:read', 'ann:rare:read']) {
      expect(await dataOf('{ rare motto }', key)).toEqual({ rare: 'First folio', motto: 'Read' });
    }
    expect(library.takeHeard()).toHaveLength(1);
    for (const key of ['ann', 'bob', undefined]) {
      const { body } = await router.ask('{ rare motto }', {}, key);
      expect(body.data).toEqual({ rare: null, motto: 'Read' });
      expect(body.errors).toMatchObject([{ path: ['rare'] }]);
    }
  });
});

describe('an operation of which something was cut out', () => {
  it('is neither kept nor answered with what was kept of one that asks for just the rest', async () => {
    expect(await dataOf('{ motto }')).toEqual({ motto: 'Read' });
    const cut = await router.ask('{ motto rare }', {}, 'bob');
    expect(cut.body.data).toEqual({ motto: 'Read', rare: null });
    expect(cut.headers.get('cache-status')).toBe('router; fwd=bypass');
    expect((await router.ask('{ motto }')).body).toEqual({ data: { motto: 'Read' } });
  });

  it('does not leave what it lacks to those who may have all', async () => {
    const query = 'query ($less: Boolean!) { motto rare @skip(if: $less) }';
    const ask = async (less: boolean, key?: string): Promise<unknown> =>
      (await router.ask(query, { less }, key)).body.data;
    expect(await ask(true)).toEqual({ motto: 'Read' });
    expect(await ask(true, 'ann:rare:read')).toEqual({ motto: 'Read' });
    expect(await ask(false, 'ann:rare:read')).toEqual({ motto: 'Read', rare: 'First folio' });
    expect(await ask(false, 'bob')).toEqual({ motto: 'Read', rare: null });
    expect(await ask(true, 'bob')).toEqual({ motto: 'Read' });
  });
});

describe('what is private', () => {
  it('is kept only for those who say who they are', async () => {
    const status = async (key?: string): Promise<string | null> =>
      (await router.ask('{ remembered { text } }', {}, key)).headers.get('cache-status');
    expect([await status(), await status()]).toEqual(Array(2).fill('router; fwd=bypass'));
    expect(await status('ann')).toContain('stored');
    expect(await status('bob')).toContain('stored');
    expect(await status('ann')).toContain('hit');
  });
});

describe('what depends on headers of clients that are passed on', () => {
  const CONFIG = 'headers: { named: { catalogue: { forward: [x-shelf] } }, respond: [x-note] }';

  it('is kept for those who send the same', async () => {
    const other = await library.route(await inFile(CONFIG));
    const ask = async (shelf?: string): Promise<unknown> => {
      const headers: Record<string, string> = shelf === undefined ? {} : { 'x-shelf': shelf };
      const body = JSON.stringify({ query: '{ motto }' });
      const response = await other.post(body, undefined, headers);
      const { data } = (await response.json()) as Answer['body'];
      return [data?.['motto'], response.headers.get('cache-control')];
    };
    for (let turn = 0; turn < 2; turn += 1) {
      expect(await ask('a')).toEqual(['Read, a', 'max-age=60, private']);
      expect(await ask('b')).toEqual(['Read, b', 'max-age=60, private']);
      expect(await ask()).toEqual(['Read', 'max-age=60, public']);
    }
    expect(library.takeHeard()).toHaveLength(3);
  });

  it('is not kept where a subgraph has headers for the client', async () => {
    const other = await library.route(await inFile(CONFIG));
    library.responds = { 'x-note': 'for you' };
    for (let turn = 0; turn < 2; turn += 1) {
      const { headers } = await other.ask('{ book(id: "1") { copies } }');
      expect([headers.get('x-note'), headers.get('cache-control')]).toEqual([
        'for you',
        'no-store',
      ]);
      expect(library.takeHeard()).toHaveLength(2);
    }
    library.responds = {};
  });
});

describe('entities that everybody may share', () => {
  it('are asked for as nobody, also by who has an identity', async () => {
    await router.ask('{ book(id: "1") { copies } mine { text } }', {}, 'ann');
    expect(library.takeHeard().map(({ subgraph, who }) => [subgraph, who])).toEqual([
      ['catalogue', 'ann'],
      ['lending', null],
    ]);
    const borrower = '{ book(id: "1") { borrower } }';
    expect(await dataOf(borrower, 'ann:loans:read')).toEqual({ book: { borrower: 'Ann' } });
    expect(library.takeHeard().at(-1)).toMatchObject({ subgraph: 'lending', who: 'ann' });
  });
});

describe('whatever was asked before and whoever asks', () => {
  it('an answer is that of a router without cache', async () => {
    const selected = fc.constantFrom(
      'motto',
      'rare motto',
      'motto rare @include(if: $less)',
      'mine { text } motto',
      'remembered { text }',
      'book(id: $id) { title copies }',
      'book(id: $id) { title borrower @skip(if: $less) }',
      'books { id copies(at: $id) }',
    );
    const request = fc.record({
      selected,
      id: fc.constantFrom('1', 'none'),
      less: fc.boolean(),
      key: fc.constantFrom(undefined, ...KEYS),
    });
    let hits = 0;
    await fc.assert(
      fc.asyncProperty(request, async ({ selected: fields, id, less, key }) => {
        const query = `query ($id: ID!, $less: Boolean!) { ${fields} ...Both }
          fragment Both on Query { a: book(id: $id) { id @skip(if: $less) title } }`;
        const [cached, fresh] = await Promise.all(
          [router, uncached].map((each) => each.ask(query, { id, less }, key)),
        );
        hits += cached?.headers.get('cache-status')?.includes('hit') ? 1 : 0;
        expect({ ...cached?.body, extensions: null }).toEqual({ ...fresh?.body, extensions: null });
      }),
      { numRuns: 200 },
    );
    // Without this, a cache that keeps nothing would do.
    expect(hits).toBeGreaterThan(20);
  });
});
