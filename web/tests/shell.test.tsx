import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { openApp, publish, rowOf } from './harness.tsx';
import { createMockBackend } from './mock-schema.ts';

const main = () => screen.getByRole('main');

describe('the state of the feed', () => {
  it('is told on every page, with a banner when it is not live', async () => {
    const backend = createMockBackend(() => Date.now(), 3);
    Object.assign(backend.feed, { source: 'SIMULATED', message: 'No exchange could be reached.' });
    openApp('/nowhere', backend);
    expect(await screen.findByText('Simulated')).toBeTruthy();
    expect(screen.getByText('No exchange could be reached.')).toBeTruthy();
    expect(screen.getByRole('status').textContent).toContain('Simulated');
  });

  it('dims figures when the feed goes stale and lights them again when it returns', async () => {
    const { backend } = openApp();
    await screen.findByText('Live');
    expect(main().dataset.stale).toBe('false');
    Object.assign(backend.feed, { state: 'STALE', message: 'No tick for 30 s.', ageMs: 30_000 });
    await publish(backend, 'feed', null);
    expect(await screen.findByText('No tick for 30 s.')).toBeTruthy();
    expect(main().dataset.stale).toBe('true');
    Object.assign(backend.feed, { state: 'RUNNING', ageMs: 10 });
    await publish(backend, 'feed', null);
    await waitFor(() => expect(main().dataset.stale).toBe('false'));
  });

  it('tells of a lost connection, and loads again what was missed when it returns', async () => {
    const { backend, connection } = openApp();
    const row = await rowOf('BTC');
    act(() => connection.socketLost());
    expect(screen.getByText('Reconnecting')).toBeTruthy();
    backend.market.tick('BTC', '77777.77');
    act(() => connection.socketOpened());
    await waitFor(() => expect(row.textContent).toContain('77,777.77'));
    expect(screen.queryByText('Reconnecting')).toBeNull();
  });
});

describe('the search palette', () => {
  it('opens with /, finds an asset and opens it with Enter', async () => {
    openApp();
    fireEvent.keyDown(document.body, { key: '/' });
    const field = await screen.findByRole('combobox', { name: /Search assets/ });
    fireEvent.change(field, { target: { value: 'ether' } });
    await screen.findByRole('option', { name: /^ETH/ });
    fireEvent.keyDown(field, { key: 'Enter' });
    await waitFor(() => expect(location.pathname).toBe('/asset/ETH'));
    expect(screen.queryByRole('combobox', { name: /Search assets/ })).toBeNull();
  });

  it('opens with Ctrl K, walks with the arrows and does what is chosen', async () => {
    openApp();
    fireEvent.keyDown(document.body, { key: 'k', ctrlKey: true });
    const field = await screen.findByRole('combobox', { name: /Search assets/ });
    fireEvent.change(field, { target: { value: 'hours' } });
    const losers = await screen.findByRole('option', { name: /^Losers/ });
    fireEvent.keyDown(field, { key: 'ArrowDown' });
    await waitFor(() => expect(losers.getAttribute('aria-selected')).toBe('true'));
    fireEvent.keyDown(field, { key: 'Enter' });
    await waitFor(() => expect(location.search).toBe('?show=losers&sort=change24h'));
  });

  it('keeps its pages and actions when assets cannot be searched', async () => {
    const backend = createMockBackend(() => Date.now(), 3);
    backend.failing.add('trending').add('search');
    openApp('/', backend);
    fireEvent.keyDown(document.body, { key: '/' });
    expect(await screen.findByText(/Assets cannot be searched just now/)).toBeTruthy();
    expect(screen.getByRole('option', { name: 'Markets' })).toBeTruthy();
  });

  it('closes with Esc, and / in a field is only a letter', async () => {
    openApp();
    fireEvent.keyDown(await screen.findByRole('searchbox'), { key: '/' });
    expect(screen.queryByRole('combobox', { name: /Search assets/ })).toBeNull();
    fireEvent.keyDown(document.body, { key: '/' });
    const field = await screen.findByRole('combobox', { name: /Search assets/ });
    fireEvent.keyDown(field, { key: 'Escape' });
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });
});

describe('help and settings', () => {
  it('lists the keys on ?', async () => {
    openApp();
    fireEvent.keyDown(document.body, { key: '?' });
    const list = await screen.findByRole('dialog', { name: 'Keys' });
    expect(within(list).getByText('Close what is open')).toBeTruthy();
  });

  it('changes rows, colours and numbers at once and keeps the choice', async () => {
    openApp();
    const row = await rowOf('BTC');
    fireEvent.click(screen.getByRole('button', { name: 'Settings' }));
    fireEvent.click(await screen.findByRole('button', { name: 'Dense' }));
    expect(row.getAttribute('style')).toContain('28px');
    fireEvent.change(screen.getByRole('combobox', { name: 'Numbers and dates' }), {
      target: { value: 'de-DE' },
    });
    expect(row.textContent).toMatch(/90\.000,00|\d\d\.\d{3},\d\d/);
    const kept = JSON.parse(localStorage.getItem('spyhop.preferences') ?? '{}') as object;
    expect(kept).toMatchObject({ density: 'dense', numberLocale: 'de-DE' });
  });
});

it('an address that leads nowhere says so and leads back', async () => {
  openApp('/nowhere');
  fireEvent.click(await screen.findByRole('link', { name: 'To the markets' }));
  await rowOf('BTC');
});
