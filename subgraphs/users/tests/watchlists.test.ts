import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { follow } from './follow';
import { type SignedUp, type UsersRig, startUsersRig } from './kit';
import {
  CREATE_LIST,
  DELETE_LIST,
  LISTS_CHANGED,
  type List,
  MERGE_LIST,
  ORDER_LISTS,
  UPDATE_LIST,
  listsOf,
  makeList,
} from './lists';

let rig: UsersRig;
beforeAll(async () => {
  rig = await startUsersRig();
});
afterAll(() => rig?.stop());

const somebody = (): Promise<SignedUp> => rig.signUp(`${randomUUID()}@example.org`);
type Changed = { watchlistsChanged: { id: string; watchlists: List[] } };

describe('a watchlist', () => {
  it('has the symbols that it was made with, each once, in their order, as assets of the graph', async () => {
    const { browser } = await somebody();
    const list = await makeList(browser, '  Majors ', ['ETH', 'BTC', 'ETH', 'SOL']);
    expect(list).toMatchObject({ name: 'Majors', symbols: ['ETH', 'BTC', 'SOL'], version: 1 });
    expect(list.assets).toEqual([{ symbol: 'ETH' }, { symbol: 'BTC' }, { symbol: 'SOL' }]);
    expect(await listsOf(browser)).toEqual([list]);
  });

  it('is changed in what is said and stays in what is not', async () => {
    const { browser } = await somebody();
    const { id } = await makeList(browser, 'One', ['BTC']);
    await browser.data(UPDATE_LIST, { id, version: 1, name: 'Uno' });
    expect(await listsOf(browser)).toMatchObject([{ name: 'Uno', symbols: ['BTC'], version: 2 }]);
    await browser.data(UPDATE_LIST, { id, version: 2, symbols: [] });
    expect(await listsOf(browser)).toMatchObject([{ name: 'Uno', symbols: [], version: 3 }]);
  });

  it('keeps what one tab wrote from another that did not know it, and tells that one', async () => {
    const { browser } = await somebody();
    const { id } = await makeList(browser, 'One', ['BTC']);
    await browser.data(UPDATE_LIST, { id, version: 1, symbols: ['BTC', 'ETH'] });
    const { errors } = await browser.ask(UPDATE_LIST, { id, version: 1, symbols: ['SOL'] });
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'CONFLICT', version: 2 });
    expect(await listsOf(browser)).toMatchObject([{ symbols: ['BTC', 'ETH'], version: 2 }]);
  });

  it('takes one of twenty changes of the same version that come at once', async () => {
    const { browser } = await somebody();
    const { id } = await makeList(browser, 'One', []);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, at) =>
        browser.ask(UPDATE_LIST, { id, version: 1, symbols: [`S${at}`] }),
      ),
    );
    const codes = answers.flatMap(({ errors }) => errors?.map((e) => e.extensions?.['code']) ?? []);
    expect(codes).toEqual(Array.from({ length: 19 }, () => 'CONFLICT'));
    expect(await listsOf(browser)).toMatchObject([{ version: 2 }]);
  });

  it('is put where its owner wants it among the others', async () => {
    const { browser } = await somebody();
    const [a, b, c] = [
      await makeList(browser, 'a', []),
      await makeList(browser, 'b', []),
      await makeList(browser, 'c', []),
    ];
    const ids = [c.id, a.id, b.id];
    await browser.data(ORDER_LISTS, { ids });
    expect((await listsOf(browser)).map(({ name }) => name)).toEqual(['c', 'a', 'b']);
    await browser.data(DELETE_LIST, { id: a.id });
    expect((await listsOf(browser)).map(({ name }) => name)).toEqual(['c', 'b']);
    for (const wrong of [[], [c.id], [c.id, c.id], ids, [c.id, randomUUID()]]) {
      expect(await browser.errorCode(ORDER_LISTS, { ids: wrong })).toBe('CONFLICT');
    }
  });

  it('that a browser kept before somebody signed in is taken over once, however often it is sent', async () => {
    const { browser } = await somebody();
    await makeList(browser, 'Starred', ['BTC']);
    const local = { name: 'Starred', symbols: ['ETH', 'BTC', 'SOL'] };
    await Promise.all([1, 2, 3].map(() => browser.data(MERGE_LIST, local)));
    expect(await listsOf(browser)).toMatchObject([{ symbols: ['BTC', 'ETH', 'SOL'], version: 2 }]);
    await Promise.all([1, 2].map(() => browser.data(MERGE_LIST, { ...local, name: 'New' })));
    expect(await listsOf(browser)).toHaveLength(2);
  });

  it('has a name of its own', async () => {
    const { browser } = await somebody();
    const { id } = await makeList(browser, 'One', []);
    await makeList(browser, 'Two', []);
    expect(await browser.errorCode(CREATE_LIST, { name: 'One', symbols: [] })).toBe('CONFLICT');
    const update = { id, version: 1, name: 'Two' };
    expect(await browser.errorCode(UPDATE_LIST, update)).toBe('CONFLICT');
    const { browser: other } = await somebody();
    expect(await makeList(other, 'One', [])).toMatchObject({ name: 'One' });
  });
});

describe("somebody's tabs and devices", () => {
  it('see every change, from the lists as they are at first, and nothing of other people', async () => {
    const [ann, bob] = [await somebody(), await somebody()];
    const first = await makeList(ann.browser, 'First', ['BTC']);
    const session = { sub: ann.userId, sid: ann.sessionId, scope: 'read:market' };
    const tabs = await Promise.all([1, 2].map(() => follow<Changed>(rig, session, LISTS_CHANGED)));
    for (const tab of tabs) {
      const { watchlistsChanged: seen } = await tab.next();
      expect(seen).toEqual({ id: ann.userId, watchlists: [first] });
    }
    await makeList(bob.browser, 'Foreign', ['DOGE']);
    await ann.browser.data(UPDATE_LIST, { id: first.id, version: 1, symbols: ['ETH'] });
    for (const tab of tabs) {
      const { watchlistsChanged } = await tab.until(
        ({ watchlistsChanged: { watchlists } }) => watchlists[0]?.version === 2,
      );
      expect(watchlistsChanged.watchlists).toMatchObject([{ name: 'First', symbols: ['ETH'] }]);
    }
    await ann.browser.data(DELETE_LIST, { id: first.id });
    for (const tab of tabs) {
      await tab.until(({ watchlistsChanged }) => watchlistsChanged.watchlists.length === 0);
      await tab.close();
    }
  });

  it.each([
    ['nobody', null, 'UNAUTHENTICATED'],
    ['a key', { sub: randomUUID() }, 'FORBIDDEN'],
  ])('are not followed by %s', async (_, claims, code) => {
    const stream = await follow(rig, claims, LISTS_CHANGED);
    await expect(stream.next()).rejects.toThrow(`"code":"${code}"`);
    await stream.close();
  });
});
