import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { GraphQLError } from 'graphql';
import { beforeAll, describe, expect, it } from 'vitest';
import { createSignedIn, NOON, openApp, publish } from './harness.tsx';
import { createMockBackend, type MockBackend, movedBehind } from './mock-schema.ts';
import { type MockWhale, mockWhale } from './mock-whales.ts';

// Loaded once: on a busy machine that takes longer than a test waits for what it looks for.
beforeAll(async () => {
  await import('../src/app/pages/WhalesPages.tsx');
}, 60_000);

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
    expect(row.textContent).toContain('Binance cold wallet');
    expect(within(row).getByRole('link', { name: 'BTC' }).getAttribute('href')).toBe('/asset/BTC');
    expect(
      within(row)
        .getByRole('link', { name: /explorer/ })
        .getAttribute('href'),
    ).toBe('https://mempool.space/tx/41');
  });

  it('tells of the asset that was asked for, and of who is known, first, and names the others', async () => {
    const [leg] = mockWhale(5).legs;
    const stranger = { ...leg!.from[0]!, walletId: null, address: null, owner: null, label: null };
    const whale = mockWhale(5, {
      time: new Date(NOON - 3 * 86_400_000).toISOString(),
      legs: [
        { ...leg!, symbol: 'WETH', asset: null },
        { ...leg!, symbol: 'BTC', to: [{ ...stranger, ownerKind: 'UNKNOWN' }, ...leg!.to] },
      ],
    });
    openApp('/whales?asset=BTC', backendWith(whale));
    await waitFor(() => expect(amounts()).toEqual(['6.00 BTC +1']));
    const row = within(await table()).getAllByRole('row')[1]!;
    expect(row.querySelector('.amount > .quiet')?.getAttribute('title')).toBe('WETH');
    expect(row.textContent).toMatch(/Binance cold wallet \+1/);
    expect(row.querySelector('.time')?.textContent).toMatch(/[A-Z][a-z]{2}.*:\d\d$/);
  });

  it('lets new ones wait while the keyboard is in the list, too', async () => {
    const backend = backendWith(mockWhale(1));
    openApp('/whales', backend);
    await waitFor(() => expect(amounts()).toEqual(['2.00 BTC']));
    const link = within(await table()).getByRole('link', { name: 'BTC' });
    link.focus();
    await publish(backend, 'whales', mockWhale(2));
    const pill = await screen.findByRole('button', { name: '1 new' });
    expect(amounts()).toEqual(['2.00 BTC']);
    pill.focus();
    expect(screen.queryByRole('button', { name: '1 new' })).toBe(pill);
    fireEvent.click(pill);
    await waitFor(() => expect(amounts()).toEqual(['3.00 BTC', '2.00 BTC']));
  });

  it('puts new ones on top, and lets them wait behind a pill while somebody reads', async () => {
    const backend = backendWith(mockWhale(1));
    openApp('/whales', backend);
    await waitFor(() => expect(amounts()).toEqual(['2.00 BTC']));
    await publish(backend, 'whales', mockWhale(2));
    await waitFor(() => expect(amounts()).toEqual(['3.00 BTC', '2.00 BTC']));
    fireEvent.pointerMove((await table()).parentElement as HTMLElement, { pointerType: 'mouse' });
    await publish(backend, 'whales', mockWhale(3));
    await publish(backend, 'whales', mockWhale(4));
    const pill = await screen.findByRole('button', { name: '2 new' });
    expect(amounts()).toEqual(['3.00 BTC', '2.00 BTC']);
    // It lies on the rows, where the pointer may be.
    fireEvent.pointerOut((await table()).parentElement as HTMLElement, { relatedTarget: pill });
    expect(screen.queryByRole('button', { name: '2 new' })).toBe(pill);
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

describe('what is told of whales', () => {
  /** A stored one that is not in the list: it came between the list and the stream. */
  const between = (backend: MockBackend, whale: MockWhale) => {
    const listed = [...backend.whales];
    let isListed = false;
    Object.defineProperty(backend, 'whales', {
      get: () => {
        if (isListed) return [...listed, whale];
        isListed = true;
        return listed;
      },
    });
  };

  it('leaves out nothing between the list and the stream', async () => {
    const backend = backendWith(mockWhale(2), mockWhale(1));
    between(backend, mockWhale(3));
    openApp('/whales', backend);
    await waitFor(() => expect(amounts()).toEqual(['4.00 BTC', '3.00 BTC', '2.00 BTC']));
  });

  it('begins anew where the server knows its cursor no longer', async () => {
    const backend = backendWith(mockWhale(2), mockWhale(1));
    backend.others.followed.whaleMoved = () => {
      if (backend.whales.length === 1) return movedBehind(backend, null);
      // Restored from before the second one.
      backend.whales = [mockWhale(1)];
      throw new GraphQLError('No such cursor.', { extensions: { code: 'NOT_FOUND' } });
    };
    openApp('/whales', backend);
    await waitFor(() => expect(amounts()).toEqual(['2.00 BTC']));
    await publish(backend, 'whales', mockWhale(4, { cursor: '2' }));
    await waitFor(() => expect(amounts()).toEqual(['5.00 BTC', '2.00 BTC']));
  });
});

describe('who takes part', () => {
  const label = {
    ...{ name: 'Binance 14', owner: 'binance', kind: 'EXCHANGE_HOT', source: 'etherscan-labels' },
    ...{ sourceUrl: 'https://etherscan.io/address/0x28c6', date: '2024-01-02T00:00:00.000Z' },
    ...{ confidence: 0.9, isOwn: false },
  };
  const address = '0x28C6c06298d514Db089934071355E5743bf21d60';
  const withLabel = (change: object) => {
    const whale = mockWhale(1);
    const [leg] = whale.legs;
    const party = {
      ...{ walletId: `ethereum:${address}`, address, owner: null, ownerKind: 'UNKNOWN' },
      label: { ...label, ...change },
    };
    return { ...whale, chain: 'ethereum', legs: [{ ...leg!, to: [party] }] };
  };

  it('is told by the label, whose source is one click away', async () => {
    openApp('/whales', backendWith(withLabel({})));
    fireEvent.click(await screen.findByRole('button', { name: 'Binance' }));
    const card = within(await screen.findByRole('dialog', { name: 'Who this is' }));
    expect(card.getByText(address)).toBeTruthy();
    expect(card.getByText(/“Binance 14” in/).textContent).toBe(
      '“Binance 14” in etherscan-labels, Jan 2, 2024, confidence 90.0%.',
    );
    const source = card.getByRole('link', { name: 'etherscan-labels' });
    expect(source.getAttribute('href')).toBe('https://etherscan.io/address/0x28c6');
    expect(card.getByRole('link', { name: 'Open the wallet' }).getAttribute('href')).toBe(
      `/wallet/ethereum/${address}`,
    );
  });

  it('is led to no address but one of the web', async () => {
    openApp('/whales', backendWith(withLabel({ sourceUrl: 'javascript:alert(1)' })));
    fireEvent.click(await screen.findByRole('button', { name: 'Binance' }));
    const card = within(await screen.findByRole('dialog', { name: 'Who this is' }));
    expect(card.queryByRole('link', { name: 'etherscan-labels' })).toBeNull();
    expect(card.getByText(/in etherscan-labels/)).toBeTruthy();
  });

  it('is called what the viewer calls it, before all others', async () => {
    const { backend } = createSignedIn();
    const whale = withLabel({});
    const id = whale.legs[0]?.to[0]?.walletId ?? '';
    const ownLabel = { ...label, name: 'My exchange', source: 'own', isOwn: true };
    backend.labelledWallets.push({ id, ownLabel });
    backend.whales.push(whale);
    openApp('/whales', backend);
    await screen.findByRole('button', { name: /^My exchange/ });
    // One that moves meanwhile, and what is told of the first one anew.
    await publish(backend, 'whales', { ...whale, status: 'UNCONFIRMED' });
    await publish(backend, 'whales', { ...whale, id: 'bitcoin:later', cursor: '99' });
    await waitFor(() =>
      expect(screen.getAllByRole('button', { name: /^My exchange/ })).toHaveLength(2),
    );
    fireEvent.click(screen.getAllByRole('button', { name: /^My exchange/ })[0]!);
    expect(await screen.findByText('Your own label; only you see it.')).toBeTruthy();
  });
});

describe('transactions that are one event', () => {
  const okx = { walletId: null, address: null, owner: 'okx', ownerKind: 'EXCHANGE', label: null };
  const chain = (members = [mockWhale(3), mockWhale(2), mockWhale(1)]) => {
    const fold = {
      ...{
        id: 'bitcoin:3',
        reason: 'PEEL_CHAIN',
        memberCount: members.length,
        symbol: 'BTC',
        amount: '4',
      },
      ...{ usd: '240000', direction: 'TO_EXCHANGE', from: [], to: [okx] },
      firstTime: mockWhale(1).time,
      explanation: '4 BTC went through 3 hops within 2 min, and 3 BTC went on to okx.',
    };
    const page = { edges: members.map((node) => ({ cursor: node.id, node })) };
    const pageInfo = { hasNextPage: false, hasPreviousPage: false, startCursor: '', endCursor: '' };
    return { ...mockWhale(3), fold: { ...fold, members: () => ({ ...page, pageInfo }) } };
  };

  it('show as one, say why, and open', async () => {
    openApp('/whales', backendWith(chain()));
    const group = await screen.findByRole('button', { name: 'Peel chain 3' });
    expect(amounts()).toEqual(['4.00 BTC']);
    fireEvent.click(group);
    await waitFor(() =>
      expect(amounts()).toEqual(['4.00 BTC', '4.00 BTC', '3.00 BTC', '2.00 BTC']),
    );
    expect(screen.getByText(/^4 BTC .* went on to OKX\./)).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'Peel chain 3', expanded: true }));
    await waitFor(() => expect(amounts()).toEqual(['4.00 BTC']));
  });

  it('take in rows that are shown already, as soon as nobody reads', async () => {
    const backend = backendWith(mockWhale(2), mockWhale(1));
    openApp('/whales', backend);
    await waitFor(() => expect(amounts()).toEqual(['3.00 BTC', '2.00 BTC']));
    const frame = (await table()).parentElement as HTMLElement;
    fireEvent.pointerMove(frame, { pointerType: 'mouse' });
    await publish(backend, 'whales', chain());
    await screen.findAllByText('Now in a group');
    expect(amounts()).toEqual(['3.00 BTC', '2.00 BTC']);
    fireEvent.click(screen.getByRole('button', { name: '1 new' }));
    await waitFor(() => expect(amounts()).toEqual(['4.00 BTC']));
    await publish(backend, 'whales', mockWhale(4));
    await waitFor(() => expect(amounts()).toEqual(['5.00 BTC', '4.00 BTC']));
  });

  it('are told one by one where everything is shown by itself', async () => {
    const head = chain();
    openApp('/whales?show=raw', backendWith({ ...head, fold: { ...head.fold, amount: '99' } }));
    await waitFor(() => expect(amounts()).toEqual(['4.00 BTC']));
    expect(screen.queryByRole('button', { name: /Peel chain/ })).toBeNull();
  });

  it('have those that joined meanwhile, while they are open', async () => {
    const backend = backendWith(chain());
    openApp('/whales', backend);
    fireEvent.click(await screen.findByRole('button', { name: 'Peel chain 3' }));
    await waitFor(() => expect(amounts()).toHaveLength(4));
    const grown = chain([mockWhale(4), mockWhale(3), mockWhale(2), mockWhale(1)]);
    backend.whales = [grown];
    await publish(backend, 'whales', grown);
    await waitFor(() =>
      expect(amounts()).toEqual(['4.00 BTC', '5.00 BTC', '4.00 BTC', '3.00 BTC', '2.00 BTC']),
    );
  });

  it('say when they could not be loaded, and try again', async () => {
    const backend = backendWith(chain());
    backend.failing.add('whaleTransaction');
    openApp('/whales', backend);
    fireEvent.click(await screen.findByRole('button', { name: 'Peel chain 3' }));
    const again = await screen.findByRole('button', { name: 'Try again' });
    backend.failing.clear();
    fireEvent.click(again);
    await waitFor(() => expect(amounts()).toHaveLength(4));
  });
});

describe('what becomes of a transaction', () => {
  it('shows where it stands, without moving anything, while somebody reads', async () => {
    const backend = backendWith(mockWhale(1, { status: 'UNCONFIRMED' }), mockWhale(2));
    openApp('/whales', backend);
    await screen.findByText('Unconfirmed');
    fireEvent.pointerMove((await table()).parentElement as HTMLElement, { pointerType: 'mouse' });
    await publish(backend, 'whales', mockWhale(1, { status: 'DROPPED' }));
    await screen.findByText('Dropped');
    expect(amounts()).toEqual(['3.00 BTC', '2.00 BTC']);
    expect(screen.queryByRole('button', { name: /new/ })).toBeNull();
  });
});
