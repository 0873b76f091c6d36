import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { NOON, openApp, publish, rowOf } from './harness.tsx';
import { createMockBackend } from './mock-schema.ts';

const shownSymbols = () =>
  [...document.querySelectorAll<HTMLElement>('[data-symbol]')].map((row) => row.dataset.symbol);
const grid = () => screen.getByRole('grid', { name: 'Assets' });
const address = () => location.pathname + location.search;
const narrowing = () => screen.getByRole('searchbox', { name: /Narrow the table/ });

describe('the table', () => {
  it('lists all assets by rank, with its size and order for those who listen', async () => {
    const { backend } = openApp();
    await rowOf('BTC');
    expect(shownSymbols()).toEqual(backend.market.assets.map(({ symbol }) => symbol));
    expect(grid().getAttribute('aria-rowcount')).toBe('13');
    const rank = within(grid()).getByRole('columnheader', { name: '#' });
    expect(rank.getAttribute('aria-sort')).toBe('ascending');
    expect((await rowOf('ETH')).getAttribute('aria-rowindex')).toBe('3');
  });

  it('draws only the rows that are in view', async () => {
    openApp(
      '/',
      createMockBackend(() => NOON, 200),
    );
    await rowOf('BTC');
    expect(grid().getAttribute('aria-rowcount')).toBe('201');
    expect(shownSymbols().length).toBeLessThan(40);
  });

  it('keeps its rows in place while prices move', async () => {
    const { backend } = openApp('/?sort=-price');
    await rowOf('BTC');
    const before = shownSymbols();
    const last = backend.market.asset(before.at(-1) ?? '');
    if (!last) throw new Error('the table is empty');
    last.price = '999999';
    await publish(backend, 'prices', [last.symbol]);
    const row = await rowOf(last.symbol);
    await waitFor(() => expect(row.textContent).toContain('999,999'));
    expect(shownSymbols()).toEqual(before);
  });

  it('is walked with the arrows and opened with Enter', async () => {
    openApp();
    const first = await rowOf('BTC');
    first.focus();
    fireEvent.keyDown(first, { key: 'ArrowDown' });
    const second = await rowOf('ETH');
    expect(document.activeElement).toBe(second);
    fireEvent.keyDown(second, { key: 's' });
    expect(within(second).getByRole('button', { name: /Remove ETH/ })).toBeTruthy();
    fireEvent.keyDown(second, { key: 'Enter' });
    await waitFor(() => expect(address()).toBe('/asset/ETH'));
  });
});

it('a change too small to be written has no colour of rise or fall', async () => {
  const { backend } = openApp();
  const row = await rowOf('BTC');
  const btc = backend.market.asset('BTC');
  if (!btc) throw new Error('no BTC');
  Object.assign(btc, { change1h: 0.004, change24h: -0.006 });
  await publish(backend, 'prices', ['BTC']);
  const shown = (text: string) => within(row).findByText(text);
  expect((await shown('0.00%')).className).toContain('flat');
  expect((await shown('-0.01%')).className).toContain('down');
});

describe('the address bar', () => {
  it('shows the same view to whoever follows a link', async () => {
    openApp('/?sort=-price&q=bit');
    await rowOf('BTC');
    expect(shownSymbols()).toEqual(
      ['WBTC', 'BTC', 'BCH'].filter((it) => shownSymbols().includes(it)),
    );
    expect((narrowing() as HTMLInputElement).value).toBe('bit');
    const price = within(grid()).getByRole('columnheader', { name: /Price/ });
    expect(price.getAttribute('aria-sort')).toBe('descending');
  });

  it('follows what is chosen on the page', async () => {
    openApp();
    await rowOf('BTC');
    fireEvent.click(within(grid()).getByRole('button', { name: '24h' }));
    await waitFor(() => expect(address()).toBe('/?sort=-change24h'));
    fireEvent.click(screen.getByRole('button', { name: 'Losers' }));
    await waitFor(() => expect(address()).toBe('/?sort=-change24h&show=losers'));
    fireEvent.change(narrowing(), { target: { value: 'e' } });
    await waitFor(() => expect(address()).toBe('/?q=e&sort=-change24h&show=losers'));
  });
});

describe('the watchlist', () => {
  it('is kept in this browser and shown alone', async () => {
    openApp();
    fireEvent.click(within(await rowOf('ETH')).getByRole('button', { name: /Add ETH/ }));
    expect(localStorage.getItem('spyhop.watchlist')).toBe('["ETH"]');
    fireEvent.click(screen.getByRole('button', { name: 'Only the watchlist' }));
    await waitFor(() => expect(shownSymbols()).toEqual(['ETH']));
    fireEvent.click(within(await rowOf('ETH')).getByRole('button', { name: /Remove ETH/ }));
    expect(await screen.findByText('Nothing on your watchlist here')).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'Show all assets' }));
    await waitFor(() => expect(shownSymbols()).toHaveLength(12));
  });
});

describe('when something is missing', () => {
  it('says which assets do not fit and how to see all again', async () => {
    openApp('/?q=zzzz');
    expect(await screen.findByText('No asset fits')).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'Show all assets' }));
    await rowOf('BTC');
    expect(address()).toBe('/');
  });

  it('says that the feed has delivered nothing so far', async () => {
    openApp(
      '/',
      createMockBackend(() => NOON, 0),
    );
    expect(await screen.findByText('No assets yet')).toBeTruthy();
  });

  it('says what failed, what still works, and loads again on request', async () => {
    const backend = createMockBackend(() => NOON, 12);
    backend.failing.add('assets');
    openApp('/', backend);
    expect(await screen.findByText('The assets could not be loaded')).toBeTruthy();
    expect(screen.getByText(/Your watchlist and settings/)).toBeTruthy();
    backend.failing.clear();
    fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
    await rowOf('BTC');
  });
});
