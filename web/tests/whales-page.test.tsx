import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { NOON, openApp, publish } from './harness.tsx';
import { createMockBackend } from './mock-schema.ts';
import { type MockWhale, mockWhale } from './mock-whales.ts';

const backendWith = (...whales: MockWhale[]) => ({
  ...createMockBackend(() => NOON, 12),
  whales,
});
const table = () => screen.findByRole('table', { name: /Large transactions/ });
const amounts = () =>
  [...document.querySelectorAll('.body [role="row"] .amount')].map((cell) => cell.textContent);
const address = () => location.pathname + location.search;

describe('the whales page', () => {
  it('shows what moved, what it was worth, and between whom', async () => {
    openApp('/whales', backendWith(mockWhale(41)));
    const row = await waitFor(async () => {
      const rows = within(await table()).getAllByRole('row');
      expect(rows).toHaveLength(2);
      return rows[1] as HTMLElement;
    });
    expect(row.textContent).toContain('42.00 BTC');
    expect(row.textContent).toMatch(/2\.52\s?M USD/);
    expect(row.textContent).toContain('1BoatS…tpyT');
    expect(row.textContent).toContain('binance cold wallet');
    expect(within(row).getByRole('link', { name: 'BTC' }).getAttribute('href')).toBe('/asset/BTC');
    expect(
      within(row)
        .getByRole('link', { name: /explorer/ })
        .getAttribute('href'),
    ).toBe('https://mempool.space/tx/41');
  });

  it('puts new ones on top, and lets them wait behind a pill while somebody reads', async () => {
    const backend = backendWith(mockWhale(1));
    openApp('/whales', backend);
    await waitFor(() => expect(amounts()).toEqual(['2.00 BTC']));
    await publish(backend, 'whales', mockWhale(2));
    await waitFor(() => expect(amounts()).toEqual(['3.00 BTC', '2.00 BTC']));
    fireEvent.pointerEnter(await table(), { pointerType: 'mouse' });
    await publish(backend, 'whales', mockWhale(3));
    await publish(backend, 'whales', mockWhale(4));
    const pill = await screen.findByRole('button', { name: '2 new' });
    expect(amounts()).toEqual(['3.00 BTC', '2.00 BTC']);
    fireEvent.click(pill);
    await waitFor(() => expect(amounts()).toHaveLength(4));
    expect(screen.queryByRole('button', { name: /new/ })).toBeNull();
  });

  it('keeps its filters in the address bar, and asks for what they say', async () => {
    const ether = mockWhale(5, {
      id: 'ethereum:1',
      chain: 'ethereum',
      legs: [{ ...mockWhale(5).legs[0]!, symbol: 'ETH', asset: null }],
    });
    openApp('/whales?asset=ETH', backendWith(mockWhale(1), ether));
    await waitFor(() => expect(amounts()).toEqual(['6.00 ETH']));
    fireEvent.click(screen.getByRole('button', { name: 'Assets that moved: ETH' }));
    const sheet = within(await screen.findByRole('dialog', { name: 'Assets that moved' }));
    fireEvent.click(sheet.getByLabelText('BTC'));
    await waitFor(() => expect(amounts()).toHaveLength(2));
    expect(address()).toBe('/whales?asset=ETH%2CBTC');
    fireEvent.click(sheet.getByRole('button', { name: 'Any asset' }));
    await waitFor(() => expect(address()).toBe('/whales'));
    fireEvent.keyDown(sheet.getByLabelText('BTC'), { key: 'Escape' });
    await waitFor(() => expect(amounts()).toHaveLength(2));
    const size = screen.getByRole('combobox', { name: 'Least worth in USD' });
    fireEvent.change(size, { target: { value: '1000000' } });
    await screen.findByText('No whale fits');
    expect(address()).toBe('/whales?min=1000000');
    fireEvent.click(screen.getByRole('button', { name: 'Show all whales' }));
    await waitFor(() => expect(amounts()).toHaveLength(2));
  });

  it('says when nothing has moved yet, and when it could not be loaded', async () => {
    const { view } = openApp('/whales', backendWith());
    await screen.findByText('No whales yet');
    view.unmount();
    const backend = backendWith(mockWhale(1));
    backend.failing.add('whaleTransactions');
    openApp('/whales', backend);
    await screen.findByText('The whales could not be loaded');
    backend.failing.clear();
    fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
    await waitFor(() => expect(amounts()).toEqual(['2.00 BTC']));
  });

  it('says that whales are simulated, and nothing where they are live', async () => {
    const { view } = openApp('/whales', backendWith(mockWhale(1)));
    await screen.findByText(/Simulated whales/);
    view.unmount();
    openApp('/whales', { ...backendWith(mockWhale(1)), whaleFeed: 'LIVE' });
    await waitFor(() => expect(amounts()).toHaveLength(1));
    expect(screen.queryByText(/Simulated whales/)).toBeNull();
  });
});
