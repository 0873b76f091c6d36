import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { toggleLocally } from '../src/features/market/watchlists';
import { createSignedIn, openApp, publish, rowOf } from './harness.tsx';
import { listId } from './mock-account.ts';

const MAJORS = { id: listId(1), name: 'Majors', symbols: ['BTC', 'ETH'], version: 1 };
const LATER = { id: listId(2), name: 'Later', symbols: ['XRP'], version: 1 };
const twoLists = () => [MAJORS, LATER].map((list) => ({ ...list, symbols: [...list.symbols] }));

const shownSymbols = () =>
  [...document.querySelectorAll<HTMLElement>('[data-symbol]')].map((row) => row.dataset.symbol);
const keptHere = () => JSON.parse(localStorage.getItem('spyhop.watchlist') ?? '[]') as string[];
const star = async (name: RegExp) =>
  within(await rowOf(name.source.split(' ')[1] ?? '')).findByRole('button', { name });

const lines = async () => {
  const list = await screen.findByRole('list', { name: 'Your watchlists' });
  return [...list.querySelectorAll('[data-list] strong a')].map((name) => name.textContent);
};

describe('the star of somebody who is signed in', () => {
  it('is about the first list of the account, and leaves the browser’s alone', async () => {
    const { backend, account } = createSignedIn({ watchlists: twoLists() });
    openApp('/', backend);
    await star(/Remove BTC/);
    fireEvent.click(await star(/Add XRP/));
    await star(/Remove XRP/);
    await waitFor(() => expect(account.watchlists[0]?.symbols).toEqual(['BTC', 'ETH', 'XRP']));
    expect(keptHere()).toEqual([]);
  });

  it('makes the first list where there is none', async () => {
    const { backend, account } = createSignedIn();
    openApp('/', backend);
    await rowOf('BTC');
    await waitFor(() => expect(backend.events.heard('watchlists')).toBe(true));
    await act(async () => undefined);
    fireEvent.click(await star(/Add BTC/));
    fireEvent.click(await star(/Add ETH/));
    await waitFor(() =>
      expect(account.watchlists).toMatchObject([{ name: 'Watchlist', symbols: ['BTC', 'ETH'] }]),
    );
  });

  it('counts also where another device has changed the list meanwhile', async () => {
    const { backend, account } = createSignedIn({ watchlists: twoLists() });
    openApp('/', backend);
    await star(/Remove BTC/);
    Object.assign(account.watchlists[0] ?? {}, { symbols: ['SOL', 'BTC'], version: 7 });
    fireEvent.click(await star(/Remove BTC/));
    await waitFor(() => expect(account.watchlists[0]?.symbols).toEqual(['SOL']));
    await star(/Remove SOL/);
  });

  it('goes back to what it was when it cannot be kept, and says why', async () => {
    const { backend } = createSignedIn({ watchlists: twoLists() });
    backend.failing.add('updateWatchlist');
    openApp('/', backend);
    fireEvent.click(await star(/Remove BTC/));
    await screen.findByText(/Your watchlist is as it was/);
    await star(/Remove BTC/);
  });

  it('follows what other devices do', async () => {
    const { backend, account } = createSignedIn({ watchlists: twoLists() });
    openApp('/', backend);
    await star(/Remove BTC/);
    Object.assign(account.watchlists[0] ?? {}, { symbols: ['SOL'], version: 2 });
    await publish(backend, 'watchlists', null);
    await star(/Remove SOL/);
    await star(/Add BTC/);
  });
});

describe('what was starred before signing in', () => {
  it('goes onto the first list of the account, and that is said', async () => {
    ['ETH', 'SOL'].forEach(toggleLocally);
    const { backend, account } = createSignedIn({ watchlists: twoLists() });
    openApp('/', backend);
    await screen.findByText(/The 2 assets that you starred in this browser are on “Majors”/);
    expect(account.watchlists[0]?.symbols).toEqual(['BTC', 'ETH', 'SOL']);
    expect(keptHere()).toEqual([]);
    fireEvent.click(screen.getByRole('button', { name: 'Close the notice' }));
    expect(screen.queryByText(/that you starred/)).toBeNull();
  });

  it('stays in the browser where the account cannot take it', async () => {
    toggleLocally('ETH');
    const { backend } = createSignedIn({ watchlists: twoLists() });
    backend.failing.add('mergeWatchlist');
    openApp('/', backend);
    await screen.findByText(/could not be put on a list of your account, and stay here/);
    expect(keptHere()).toEqual(['ETH']);
  });

  it('is shown while the account’s lists cannot be loaded', async () => {
    toggleLocally('ETH');
    const { backend } = createSignedIn();
    backend.failing.add('me');
    openApp('/', backend);
    await star(/Remove ETH/);
    expect(keptHere()).toEqual(['ETH']);
  });
});

describe('the markets', () => {
  it('show any list that the address names, the first one by the star’s name', async () => {
    const { backend } = createSignedIn({ watchlists: twoLists() });
    openApp(`/?list=${LATER.id}`, backend);
    await waitFor(() => expect(shownSymbols()).toEqual(['XRP']));
    fireEvent.change(screen.getByRole('combobox', { name: 'Watchlist' }), {
      target: { value: 'watchlist' },
    });
    await waitFor(() => expect(shownSymbols()).toEqual(['BTC', 'ETH']));
    expect(location.search).toBe('?list=watchlist');
  });

  it('say when there is no such list', async () => {
    const { backend } = createSignedIn({ watchlists: twoLists() });
    openApp(`/?list=${listId(9)}`, backend);
    await screen.findByText('There is no such list here');
    fireEvent.click(screen.getByRole('button', { name: 'Show all assets' }));
    await waitFor(() => expect(shownSymbols()).toHaveLength(12));
  });
});

describe('the page of watchlists', () => {
  it('makes, names and deletes lists', async () => {
    const { backend, account } = createSignedIn({ watchlists: twoLists() });
    openApp('/account/watchlists', backend);
    fireEvent.click(await screen.findByRole('button', { name: 'Make a list' }));
    const name = screen.getByLabelText('Name of the list');
    fireEvent.change(name, { target: { value: 'Majors' } });
    fireEvent.submit(name);
    await screen.findByText('There is one of that name; choose another.');
    fireEvent.change(name, { target: { value: 'New ones' } });
    fireEvent.submit(name);
    fireEvent.click(await screen.findByRole('button', { name: 'Rename New ones' }));
    const rename = screen.getByLabelText('Name of the list');
    fireEvent.change(rename, { target: { value: 'Newest' } });
    fireEvent.submit(rename);
    fireEvent.click(await screen.findByRole('button', { name: 'Delete Later' }));
    fireEvent.click(screen.getByRole('button', { name: 'Yes, delete it' }));
    await waitFor(async () => expect(await lines()).toEqual(['Majors', 'Newest']));
    expect(account.watchlists.map((list) => list.name)).toEqual(['Majors', 'Newest']);
  });

  it('moves lists by button and by key, keeps the focus and tells the new place', async () => {
    const { backend, account } = createSignedIn({ watchlists: twoLists() });
    openApp('/account/watchlists', backend);
    const up = await screen.findByRole('button', { name: 'Move Later up' });
    up.focus();
    fireEvent.click(up);
    await waitFor(async () => expect(await lines()).toEqual(['Later', 'Majors']));
    await screen.findByText('Later is number 1 of 2 now.');
    expect(document.activeElement?.getAttribute('aria-label')).toBe('Move Later up');
    fireEvent.keyDown(document.activeElement ?? up, { key: 'ArrowDown', altKey: true });
    await waitFor(async () => expect(await lines()).toEqual(['Majors', 'Later']));
    await waitFor(() =>
      expect(account.watchlists.map((list) => list.name)).toEqual(['Majors', 'Later']),
    );
  });

  it('adds assets that are tracked, says so of others, and takes them off', async () => {
    const { backend, account } = createSignedIn({ watchlists: twoLists() });
    openApp('/account/watchlists', backend);
    fireEvent.click(await screen.findByRole('button', { name: 'Assets of Later' }));
    const symbol = screen.getByLabelText('Add an asset');
    fireEvent.change(symbol, { target: { value: 'nosuch' } });
    fireEvent.submit(symbol);
    await screen.findByText('No asset of that symbol is tracked here.');
    fireEvent.change(symbol, { target: { value: 'sol' } });
    fireEvent.submit(symbol);
    await screen.findByText('2 assets · XRP, SOL');
    fireEvent.click(screen.getByRole('button', { name: 'Take XRP off Later' }));
    await waitFor(() => expect(account.watchlists[1]?.symbols).toEqual(['SOL']));
  });
});
