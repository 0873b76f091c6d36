import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { NOON, openApp, publish } from './harness.tsx';
import { createMockBackend } from './mock-schema.ts';
import { mockWhale } from './mock-whales.ts';

// Loaded once: on a busy machine that takes longer than a test waits for what it looks for.
beforeAll(async () => {
  await import('../src/app/pages/WhalesPages.tsx');
}, 60_000);

const shown: { title: string; body?: string | undefined }[] = [];
const asked = vi.fn<() => Promise<NotificationPermission>>();

/** What a browser does, without a screen to show it on. */
class FakeNotification {
  static permission: NotificationPermission = 'default';
  static async requestPermission() {
    FakeNotification.permission = await asked();
    return FakeNotification.permission;
  }

  constructor(title: string, options?: NotificationOptions) {
    shown.push({ title, body: options?.body });
  }
}

beforeEach(() => {
  localStorage.clear();
  // Tabs hear of each other's storage; this is how the store learns that it is empty.
  window.dispatchEvent(new StorageEvent('storage', { key: null }));
  shown.length = 0;
  asked.mockReset().mockResolvedValue('granted');
  FakeNotification.permission = 'default';
  vi.stubGlobal('Notification', FakeNotification);
  vi.useFakeTimers({ toFake: ['Date'], now: mockTime(400) });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const mockTime = (minute: number) => Date.parse(mockWhale(minute).time);
const backendWith = () => createMockBackend(() => NOON, 12);
async function openSignals() {
  fireEvent.click(await screen.findByRole('button', { name: 'Signals' }));
  return within(await screen.findByRole('dialog', { name: 'Signals' }));
}

describe('signals of whales', () => {
  it('are off until somebody switches them on, and nobody is asked before that', async () => {
    const backend = backendWith();
    openApp('/whales', backend);
    const sheet = await openSignals();
    expect((sheet.getByLabelText('Sound') as HTMLInputElement).checked).toBe(false);
    expect((sheet.getByLabelText('Browser notification') as HTMLInputElement).checked).toBe(false);
    await publish(backend, 'whales', mockWhale(300));
    expect(asked).not.toHaveBeenCalled();
    expect(shown).toEqual([]);
  });

  it('notify of each whale once, on any page, and still after a reload', async () => {
    const { view } = openApp('/whales', backendWith());
    fireEvent.click((await openSignals()).getByLabelText('Browser notification'));
    await waitFor(() => expect(asked).toHaveBeenCalledTimes(1));
    await waitFor(() => expect(localStorage.getItem('spyhop.whale-signals')).toContain('true'));
    view.unmount();
    const backend = backendWith();
    openApp('/', backend);
    await publish(backend, 'whales', mockWhale(397));
    await publish(backend, 'whales', mockWhale(397));
    await publish(backend, 'whales', mockWhale(399));
    await waitFor(() => expect(shown).toHaveLength(2));
    expect(shown[0]?.title).toMatch(/^398\.00 BTC · 23\.88\s?M USD$/);
    expect(shown[0]?.body).toBe('1BoatS…tpyT → Binance');
    expect(asked).toHaveBeenCalledTimes(1);
  });

  it('tell of all of a group, and of nothing that is old, was told or never happened', async () => {
    FakeNotification.permission = 'granted';
    const backend = backendWith();
    const { view } = openApp('/', backend);
    const choice = JSON.stringify({ notification: true });
    localStorage.setItem('spyhop.whale-signals', choice);
    act(() => void window.dispatchEvent(new StorageEvent('storage', { key: null })));
    const fold = {
      ...{ id: 'f', reason: 'PEEL_CHAIN', explanation: '', memberCount: 10, symbol: 'BTC' },
      ...{ amount: '833', usd: '50000000', direction: 'TO_EXCHANGE', from: [], to: [] },
    };
    const folded = (firstTime: string) => ({ ...fold, firstTime });
    await publish(backend, 'whales', mockWhale(396, { fold: folded(mockWhale(300).time) }));
    await publish(backend, 'whales', mockWhale(200));
    await publish(backend, 'whales', mockWhale(395, { status: 'RETRACTED' }));
    await publish(backend, 'whales', mockWhale(398, { fold: folded(mockWhale(396).time) }));
    await waitFor(() => expect(shown).toHaveLength(1));
    expect(shown[0]?.title).toMatch(/^833\.00 BTC · 50\.00\s?M USD$/);
    view.unmount();
    openApp('/', backend);
    await publish(backend, 'whales', mockWhale(398));
    await publish(backend, 'whales', mockWhale(393));
    await waitFor(() => expect(shown).toHaveLength(2));
    expect(shown[1]?.title).toMatch(/^394\.00 BTC/);
  });

  it('stay off where the browser refuses, and say how to change that', async () => {
    asked.mockResolvedValue('denied');
    openApp('/whales', backendWith());
    const sheet = await openSignals();
    fireEvent.click(sheet.getByLabelText('Browser notification'));
    expect((await sheet.findByRole('alert')).textContent).toMatch(/Allow it in the settings/);
    expect((sheet.getByLabelText('Browser notification') as HTMLInputElement).checked).toBe(false);
  });
});
