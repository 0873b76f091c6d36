import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { beforeAll, describe, expect, it } from 'vitest';
import { NOON, openApp } from './harness.tsx';
import { createMockBackend } from './mock-schema.ts';
import { type MockWhale, mockWhale } from './mock-whales.ts';

// Loaded once: on a busy machine that takes longer than a test waits for what it looks for.
beforeAll(async () => {
  await import('../src/app/pages/WhalesPages.tsx');
  await import('../src/features/whales/details/Details.tsx');
}, 60_000);

const backendWith = (...whales: MockWhale[]) => ({
  ...createMockBackend(() => NOON, 12),
  whales,
});
const [leg] = mockWhale(41).legs;
const party = (address: string, changes: object = {}) => ({
  ...{ walletId: `bitcoin:${address}`, address, owner: null, ownerKind: 'UNKNOWN', label: null },
  ...changes,
});
const details = () => screen.findByRole('dialog', { name: /BTC|Transaction/ });
const address = () => location.pathname + location.search;
const rowLink = async (time: RegExp) => screen.findByRole('link', { name: time });

/** Of two assets, with more than one sender. */
const rich = mockWhale(41, {
  ...{ hash: 'feed41', status: 'UNCONFIRMED', statusAt: '2024-08-09T12:41:30.000Z' },
  ...{ sources: ['mempool-space', 'whale-alert'] },
  legs: [
    {
      ...{ ...leg!, amount: '1234.56789012', coinsSince: '2020-01-02T00:00:00.000Z' },
      from: [
        party('1sender', { amount: '1000.5' }),
        party('2sender', {
          ...{ owner: 'binance', ownerKind: 'EXCHANGE_HOT', amount: '234.06789012' },
          label: {
            ...{ name: 'Binance 14', owner: 'binance', kind: 'EXCHANGE_HOT', confidence: 0.9 },
            ...{ source: 'etherscan-labels', sourceUrl: null, date: null, isOwn: false },
          },
        }),
      ],
    },
    { ...leg!, symbol: 'ORDI', asset: null, amount: '7', usd: null, usdBasis: null, from: [] },
  ],
  patterns: [
    {
      ...{ id: 'p', rule: 'DORMANT_COINS', symbol: 'BTC', time: '2024-08-09T12:41:00.000Z' },
      ...{ score: 4.86, explanation: 'Coins that had not moved for 1681 days.' },
      figures: [{ name: 'ageDays', value: '1681' }],
    },
  ],
});

describe('a transaction', () => {
  it('opens by a click on its row, tells of every leg and party, and gives the focus back', async () => {
    openApp('/whales?asset=BTC', backendWith(rich, mockWhale(1)));
    const link = await rowLink(/:41, details$/);
    fireEvent.click(link.closest('[role="row"]')!.querySelector('.usd')!);
    const sheet = within(await details());
    await sheet.findByText('feed41');
    expect(address()).toBe('/whales?asset=BTC&tx=bitcoin%3A41');
    const coins = within(sheet.getByRole('region', { name: '1,234.56789012 BTC' }));
    expect(coins.getByText('2,520,000.00 USD')).toBeTruthy();
    expect(coins.getByText(/had not moved since Jan 2, 2020/)).toBeTruthy();
    expect(coins.getByText('1,000.5 BTC')).toBeTruthy();
    expect(coins.getByRole('link', { name: '2sender' }).getAttribute('href')).toBe(
      '/wallet/bitcoin/2sender',
    );
    expect(coins.getByText(/“Binance 14” in etherscan-labels/)).toBeTruthy();
    const token = within(sheet.getByRole('region', { name: '7 ORDI' }));
    expect(token.getByText('Nobody: it was made.')).toBeTruthy();
    expect(token.getByText('Nobody knows a price.')).toBeTruthy();
    expect(sheet.getByText('mempool-space, whale-alert')).toBeTruthy();
    expect(sheet.getByText('Unconfirmed').getAttribute('aria-current')).toBe('step');
    expect(sheet.getByRole('heading', { name: /Dormant coins waking/ })).toBeTruthy();
    expect(sheet.getByText('Coins that had not moved for 1681 days.')).toBeTruthy();
    fireEvent.keyDown(sheet.getByText('feed41'), { key: 'Escape' });
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(address()).toBe('/whales?asset=BTC');
    expect(document.activeElement).toBe(link);
  });

  it('opens by the link of its row, to which arrows lead, and asks the list for nothing anew', async () => {
    const backend = backendWith(mockWhale(2), mockWhale(1));
    openApp('/whales', backend);
    const [first, second] = await screen.findAllByRole('link', { name: /details$/ });
    first!.focus();
    fireEvent.keyDown(first!, { key: 'ArrowDown' });
    expect(document.activeElement).toBe(second);
    fireEvent.keyDown(second!, { key: 'ArrowUp' });
    expect(document.activeElement).toBe(first);
    backend.failing.add('whaleTransactions');
    fireEvent.click(first!);
    await within(await details()).findByText('In a block');
    expect(screen.queryByText('The whales could not be loaded')).toBeNull();
  });

  it('opens by its address, where a link that is cut short is told', async () => {
    const { view } = openApp('/whales?tx=bitcoin%3A41', backendWith(rich));
    await within(await details()).findByText('feed41');
    fireEvent.click(screen.getByRole('button', { name: 'Close' }));
    await waitFor(() => expect(address()).toBe('/whales'));
    const link = await rowLink(/details$/);
    await waitFor(() => expect(document.activeElement).toBe(link));
    view.unmount();
    openApp('/whales?tx=bitcoin%3Agone', backendWith());
    await screen.findByText('There is no such transaction here');
  });

  it('says that it could not be loaded, and is asked for again', async () => {
    const backend = backendWith(rich);
    backend.failing.add('whaleTransaction');
    openApp('/?tx=bitcoin%3A41', backend);
    await screen.findByText('The transaction could not be loaded');
    backend.failing.clear();
    fireEvent.click(within(await details()).getByRole('button', { name: 'Try again' }));
    await screen.findByText('feed41');
  });

  it('leads to what took its place, in its own place', async () => {
    const replaced = mockWhale(5, { status: 'REPLACED', replacedBy: 'bitcoin:41' });
    openApp('/whales', backendWith(rich, replaced));
    const links = await screen.findAllByRole('link', { name: /details$/ });
    fireEvent.click(links[1]!);
    fireEvent.click(await screen.findByRole('link', { name: 'The one that took its place' }));
    await screen.findByText('feed41');
    fireEvent.click(screen.getByRole('button', { name: 'Close' }));
    await waitFor(() => expect(address()).toBe('/whales'));
  });

  it('shows the first of many of a side, and all when asked', async () => {
    const many = Array.from({ length: 30 }, (_, place) => party(`sender${place}`));
    openApp('/whales?tx=bitcoin%3A41', backendWith({ ...rich, legs: [{ ...leg!, from: many }] }));
    const sheet = within(await details());
    fireEvent.click(await sheet.findByRole('button', { name: 'Show all 30' }));
    expect(sheet.getAllByRole('link', { name: /^sender\d+$/ })).toHaveLength(30);
  });
});
