import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { ChartCandle } from '../src/charts/candle.ts';
import type { CandleChartEvents } from '../src/charts/candle-chart-handle.ts';
import { NO_OVERLAY, type ChartOverlay } from '../src/charts/overlay.ts';
import { NOON, openApp, publish } from './harness.tsx';
import { createMockBackend, printTrade } from './mock-schema.ts';
import { mockWhale } from './mock-whales.ts';

interface DrawnChart {
  events: CandleChartEvents | null;
  set: (readonly ChartCandle[])[];
  updated: ChartCandle[];
  overlay: ChartOverlay;
}

const { drawn } = vi.hoisted(() => ({
  drawn: {
    events: null,
    set: [],
    updated: [],
    overlay: { markers: [], bars: [], barsTitle: '', barsWords: '' },
  } as DrawnChart,
}));

// jsdom has no canvas: what would be drawn is recorded instead.
vi.mock('../src/charts/candle-chart-handle', () => ({
  createCandleChart: (...[, , , events]: [unknown, unknown, unknown, CandleChartEvents]) => {
    drawn.events = events;
    return {
      setLook: () => undefined,
      setCandles: (candles: readonly ChartCandle[]) => drawn.set.push(candles),
      update: (candle: ChartCandle) => drawn.updated.push(candle),
      setOverlay: (overlay: ChartOverlay) => {
        drawn.overlay = overlay;
      },
      showNewest: () => undefined,
      remove: () => undefined,
    };
  },
}));

beforeEach(() => Object.assign(drawn, { events: null, set: [], updated: [], overlay: NO_OVERLAY }));

const lastSet = () => drawn.set.at(-1) ?? [];
const figure = (name: string) => document.querySelector(`[data-figure="${name}"]`)?.textContent;
const tape = () => screen.getByRole('table', { name: 'Newest trades' });
const tapePrices = () =>
  within(tape())
    .getAllByRole('row')
    .slice(1)
    .map((row) => row.querySelector('[role="cell"]')?.textContent);

describe('the chart', () => {
  it('gets the loaded candles oldest first and moves the forming one live', async () => {
    const { backend } = openApp('/asset/BTC?interval=1h');
    await waitFor(() => expect(lastSet()).toHaveLength(400));
    expect(lastSet()[0]?.openTime).toBeLessThan(lastSet()[1]?.openTime ?? 0);
    const sets = drawn.set.length;
    backend.market.tick('BTC', '91000.25');
    await publish(backend, 'prices', ['BTC']);
    await waitFor(() => expect(drawn.updated.at(-1)?.close).toBe('91000.25'));
    expect(drawn.set).toHaveLength(sets);
    expect(figure('close')).toBe('C91,000.25');
  });

  it('loads older candles when the oldest come into view, one page at a time', async () => {
    openApp('/asset/BTC?interval=5m');
    await waitFor(() => expect(lastSet()).toHaveLength(400));
    act(() => {
      drawn.events?.onOldest();
      drawn.events?.onOldest();
    });
    await waitFor(() => expect(lastSet()).toHaveLength(800));
    const times = lastSet().map(({ openTime }) => openTime);
    expect(new Set(times.slice(1).map((time, index) => time - (times[index] ?? 0)))).toEqual(
      new Set([300_000]),
    );
  });

  it('has a legend that follows the crosshair and returns to the newest candle', async () => {
    openApp('/asset/BTC');
    await waitFor(() => expect(lastSet()).toHaveLength(400));
    const [hovered] = lastSet();
    const newest = figure('open');
    if (!hovered) throw new Error('no candles');
    act(() => drawn.events?.onHover(hovered.openTime));
    expect(figure('open')).not.toBe(newest);
    expect(figure('open')?.replaceAll(',', '')).toBe(`O${hovered.open}`);
    act(() => drawn.events?.onHover(null));
    expect(figure('open')).toBe(newest);
  });

  it('changes the length of its candles by key and in the address', async () => {
    openApp('/asset/BTC');
    await waitFor(() => expect(lastSet()).toHaveLength(400));
    fireEvent.keyDown(document.body, { key: '1' });
    await waitFor(() => expect(location.search).toBe('?interval=1m'));
    await waitFor(() => {
      const [first, second] = lastSet();
      expect((second?.openTime ?? 0) - (first?.openTime ?? 0)).toBe(60_000);
    });
  });

  it('fills the gap that a lost connection left', async () => {
    let now = NOON;
    const backend = createMockBackend(() => now, 12);
    const { connection } = openApp('/asset/BTC?interval=1m', backend);
    await waitFor(() => expect(lastSet()).toHaveLength(400));
    act(() => connection.socketLost());
    now += 30 * 60_000;
    act(() => connection.socketOpened());
    await waitFor(() => expect(lastSet()).toHaveLength(430));
    expect(lastSet().at(-1)?.openTime).toBe(Math.floor((now - 1) / 60_000) * 60_000);
  });

  it('says when it cannot be loaded, while the rest goes on', async () => {
    const backend = createMockBackend(() => NOON, 12);
    backend.failing.add('candles');
    openApp('/asset/BTC', backend);
    expect(await screen.findByText('The candles could not be loaded')).toBeTruthy();
    expect(screen.getByRole('heading', { name: /Bitcoin/ })).toBeTruthy();
    backend.failing.clear();
    fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
    await waitFor(() => expect(lastSet()).toHaveLength(400));
  });
});

describe('whales on the page of an asset', () => {
  const open = (path: string) => {
    const backend = createMockBackend(() => NOON, 12);
    // 120 bitcoins to Binance at 11:59, and 100 from it half an hour before.
    const withdrawn = mockWhale(99, {
      direction: 'FROM_EXCHANGE',
      time: '2024-08-09T11:29:00.000Z',
    });
    backend.whales.push(mockWhale(119, { time: '2024-08-09T11:59:00.000Z' }), withdrawn);
    openApp(path, backend);
    return backend;
  };

  it('are dots on its candles, larger for more, that explain themselves', async () => {
    const backend = open('/asset/BTC?interval=1h');
    await waitFor(() => expect(drawn.overlay.markers).toHaveLength(2));
    const [into, out] = drawn.overlay.markers;
    const eleven = Date.UTC(2024, 7, 9, 11);
    expect(drawn.overlay.markers.map(({ time, tone }) => [time, tone])).toEqual([
      [eleven, 'down'],
      [eleven, 'up'],
    ]);
    expect(into?.size).toBeGreaterThan(out?.size ?? 0);
    act(() => drawn.events?.onMarker({ id: into?.id ?? '', x: 200, y: 100 }));
    const tip = await screen.findByRole('tooltip');
    expect(tip.textContent).toContain('To exchange · 1 whale');
    expect(tip.textContent).toMatch(/120\.00 BTC · 7\.20\s?M USD/);
    expect(tip.textContent).toContain('1BoatS…tpyT → Binance');
    act(() => drawn.events?.onMarker(null));
    expect(screen.queryByRole('tooltip')).toBeNull();
    await publish(backend, 'whales', mockWhale(199, { time: '2024-08-09T11:30:00.000Z' }));
    await waitFor(() => expect(drawn.overlay.markers[0]?.size).toBeGreaterThan(into?.size ?? 9));
  });

  const lone = { left: 300, top: 200 };
  const details = () => screen.findByRole('dialog', { name: /^[\d,.]+ BTC|Transaction/ });
  const inAddress = () => new URLSearchParams(location.search).get('tx');

  it('lead to their details by a click on a dot that stands for one', async () => {
    open('/asset/BTC?interval=1h');
    await waitFor(() => expect(drawn.overlay.markers).toHaveLength(2));
    act(() => drawn.events?.onChoose({ ids: [drawn.overlay.markers[0]?.id ?? ''], ...lone }));
    expect(within(await details()).getByRole('button', { name: 'Close' })).toBeTruthy();
    expect(inAddress()).toBe('bitcoin:119');
    expect(new URLSearchParams(location.search).get('interval')).toBe('1h');
  });

  it('are listed where a dot stands for several, each with a way to its details and back', async () => {
    const backend = open('/asset/BTC?interval=1h');
    await waitFor(() => expect(drawn.overlay.markers).toHaveLength(2));
    await publish(backend, 'whales', mockWhale(199, { time: '2024-08-09T11:30:00.000Z' }));
    act(() => drawn.events?.onChoose({ ids: drawn.overlay.markers.map(({ id }) => id), ...lone }));
    const list = await screen.findByRole('dialog', { name: /^3 whales · Aug 9, 2024/ });
    const links = within(list).getAllByRole('link');
    expect(links.map(({ textContent }) => textContent?.match(/^\d+/)?.[0])).toEqual([
      ...['200', '120', '100'],
    ]);
    links[1]!.focus();
    fireEvent.click(links[1]!);
    const sheet = await details();
    expect(inAddress()).toBe('bitcoin:119');
    fireEvent.keyDown(sheet, { key: 'Escape' });
    await waitFor(() => expect(inAddress()).toBeNull());
    await waitFor(() => expect(document.activeElement).toBe(links[1]));
    fireEvent.keyDown(list, { key: 'Escape' });
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });

  it('are all listed, newest first, by a button for who cannot point at dots', async () => {
    open('/asset/BTC?interval=1h');
    await waitFor(() => expect(drawn.overlay.markers).toHaveLength(2));
    const button = screen.getByRole('button', { name: 'List the whales on the chart' });
    button.focus();
    fireEvent.click(button);
    const list = await screen.findByRole('dialog', { name: '2 whales on the chart' });
    const [newest] = within(list).getAllByRole('link');
    expect(newest?.getAttribute('href')).toBe('/whales?tx=bitcoin%3A119');
    fireEvent.keyDown(list, { key: 'Escape' });
    await waitFor(() => expect(document.activeElement).toBe(button));
  });

  it('are listed in a tab that the address keeps, with what they come to', async () => {
    open('/asset/BTC');
    fireEvent.click(await screen.findByRole('button', { name: 'Whales' }));
    const list = await screen.findByRole('table', { name: /Large transactions/ });
    await waitFor(() => expect(within(list).getAllByRole('row').length).toBe(2));
    expect(location.search).toBe('?side=whales');
    const all = screen.getByRole('link', { name: 'All whales of BTC' });
    expect(all.getAttribute('href')).toBe('/whales?asset=BTC');
  });
});

describe('the tape', () => {
  const open = async () => {
    const backend = createMockBackend(() => NOON, 12);
    printTrade(backend, 'BTC');
    openApp('/asset/BTC', backend);
    await screen.findByRole('table', { name: 'Newest trades' });
    await waitFor(() => expect(tapePrices()).toHaveLength(1));
    return backend;
  };

  it('shows trades as they print, newest first', async () => {
    const backend = await open();
    await act(async () => printTrade(backend, 'BTC'));
    await waitFor(() => expect(tapePrices()).toHaveLength(2));
  });

  it('holds still under the pointer and tells how many wait', async () => {
    const backend = await open();
    const rows = tape().closest('.rows');
    if (!rows) throw new Error('the tape has no rows');
    fireEvent.pointerMove(rows, { pointerType: 'mouse' });
    await act(async () => {
      printTrade(backend, 'BTC');
      printTrade(backend, 'BTC');
    });
    const pill = await screen.findByRole('button', { name: '2 new' });
    expect(tapePrices()).toHaveLength(1);
    fireEvent.click(pill);
    await waitFor(() => expect(tapePrices()).toHaveLength(3));
    expect(screen.queryByRole('button', { name: /new$/ })).toBeNull();
  });
});

describe('the page of an asset', () => {
  it('has the live price in its title', async () => {
    const { backend } = openApp('/asset/BTC');
    await screen.findByRole('heading', { name: /Bitcoin/ });
    backend.market.tick('BTC', '64321.5');
    await publish(backend, 'prices', ['BTC']);
    await waitFor(() => expect(document.title).toBe('64,321.50 BTC · Spyhop'));
  });

  it('shows the figures of the day, volatility and trend, live', async () => {
    const { backend } = openApp('/asset/BTC');
    await screen.findByText('Volatility 7d');
    const btc = backend.market.asset('BTC');
    if (!btc) throw new Error('no BTC');
    Object.assign(btc, { volatility: 0.5123, trend: -0.8 });
    await publish(backend, 'prices', ['BTC']);
    expect(await screen.findByText('51.2%')).toBeTruthy();
    expect(screen.getByText('Strongly down')).toBeTruthy();
  });

  it('says that an unknown symbol is not tracked, and where to look', async () => {
    openApp('/asset/NOPE');
    expect(await screen.findByText('NOPE is not tracked here')).toBeTruthy();
    const link = screen.getByRole('link', { name: 'Look for it in the markets' });
    expect(link.getAttribute('href')).toBe('/?q=NOPE');
  });

  it('says when the asset could not be loaded at all', async () => {
    const backend = createMockBackend(() => NOON, 12);
    backend.failing.add('asset');
    openApp('/asset/BTC', backend);
    expect(await screen.findByText('BTC could not be loaded')).toBeTruthy();
  });
});
