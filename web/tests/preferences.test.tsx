import { act, fireEvent, screen, waitFor } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { changePreferences } from '../src/ui/preferences';
import { createSignedIn, openApp, rowOf } from './harness.tsx';
import { createMockAccount } from './mock-account.ts';

const choice = (name: string) => screen.findByRole<HTMLSelectElement>('combobox', { name });
const prefer = (change: object) => ({
  preferences: { ...createMockAccount().preferences, ...change },
});

describe('the preferences of an account', () => {
  it('hold on every page from signing in to signing out', async () => {
    await changePreferences({ numberLocale: 'fr-FR' });
    const { backend } = createSignedIn(prefer({ locale: 'de-DE', theme: 'LIGHT' }));
    const { session } = openApp('/', backend);
    const row = await rowOf('BTC');
    await waitFor(() => expect(row.textContent).toMatch(/\d\d\.\d{3},\d\d/));
    expect(document.documentElement.dataset.scheme).toBe('light');
    act(() => session.end());
    await waitFor(() => expect(row.textContent).toMatch(/\d\d\s\d{3},\d\d/));
  });

  it('are changed on the profile page at once, and kept in the account', async () => {
    const { backend, account } = createSignedIn();
    openApp('/account', backend);
    fireEvent.change(await choice('Numbers and dates'), { target: { value: 'de-DE' } });
    await screen.findByText(/A price is 61\.837,64\./);
    fireEvent.change(await choice('Time zone'), { target: { value: 'Asia/Tokyo' } });
    await screen.findByRole('option', { name: 'EUR · Euro' });
    fireEvent.change(await choice('Currency'), { target: { value: 'EUR' } });
    fireEvent.click(screen.getByRole('button', { name: 'Light' }));
    fireEvent.click(screen.getByRole('button', { name: '1d' }));
    await screen.findByText('Saved.');
    // That may be said of the first change while the last is on its way.
    await waitFor(() =>
      expect(account.preferences).toEqual({
        locale: 'de-DE',
        timeZone: 'Asia/Tokyo',
        currency: 'EUR',
        theme: 'LIGHT',
        defaultInterval: 'D1',
      }),
    );
    expect(JSON.parse(localStorage.getItem('spyhop.preferences') ?? 'null')).toBeNull();
  });

  it('that are changed before they are known are shown and kept all the same', async () => {
    const { backend, account } = createSignedIn(prefer({ locale: 'fr-FR' }));
    let come = () => {};
    const known = new Promise<void>((resolve) => (come = resolve));
    openApp('/account', backend, (asked) =>
      asked === 'MyPreferences' ? known : Promise.resolve(),
    );
    fireEvent.change(await choice('Numbers and dates'), { target: { value: 'de-DE' } });
    come();
    await screen.findByText('Saved.');
    await screen.findByText(/A price is 61\.837,64\./);
    expect(account.preferences.locale).toBe('de-DE');
    expect(JSON.parse(localStorage.getItem('spyhop.preferences') ?? 'null')).toBeNull();
  });

  it('are the same under the settings of the header, which say where they are kept', async () => {
    const { backend, account } = createSignedIn(prefer({ locale: 'de-DE' }));
    openApp('/', backend);
    const row = await rowOf('BTC');
    await waitFor(() => expect(row.textContent).toMatch(/\d\d\.\d{3},\d\d/));
    fireEvent.click(screen.getByRole('button', { name: 'Settings' }));
    await screen.findByText(/kept in your account, the rest in this browser/);
    expect((await choice('Numbers and dates')).value).toBe('de-DE');
    fireEvent.change(await choice('Numbers and dates'), { target: { value: 'en-US' } });
    await waitFor(() => expect(row.textContent).toMatch(/\d\d,\d{3}\.\d\d/));
    expect(account.preferences.locale).toBe('en-US');
  });

  it('are taken back when they cannot be kept, and it is said why', async () => {
    const { backend } = createSignedIn(prefer({ locale: 'de-DE' }));
    backend.failing.add('updatePreferences');
    openApp('/account', backend);
    await screen.findByText(/A price is 61\.837,64\./);
    fireEvent.change(await choice('Numbers and dates'), { target: { value: 'en-US' } });
    const fault = await screen.findByRole('alert');
    expect(fault.textContent).toBe('The server answered with an error. Try again in a moment.');
    expect((await choice('Numbers and dates')).value).toBe('de-DE');
  });

  it('say how long the candles of an asset are at first, unless the address does', async () => {
    const { backend } = createSignedIn(prefer({ defaultInterval: 'D1' }));
    openApp('/asset/BTC', backend);
    const pressed = (name: string) =>
      screen.getByRole('button', { name }).getAttribute('aria-pressed');
    await waitFor(() => expect(pressed('1d')).toBe('true'));
    fireEvent.click(screen.getByRole('button', { name: '4h' }));
    await waitFor(() => expect(pressed('4h')).toBe('true'));
  });
});

describe('the name of an account', () => {
  it('is checked before it is sent, and shown everywhere once it is changed', async () => {
    const { backend, account } = createSignedIn();
    openApp('/account', backend);
    const name = await screen.findByLabelText('Display name');
    fireEvent.change(name, { target: { value: ' ' } });
    fireEvent.submit(name);
    await screen.findByText('Enter a name.');
    expect(account.displayName).toBe('Ann');
    fireEvent.change(name, { target: { value: 'Ann B.' } });
    fireEvent.submit(name);
    await screen.findByRole('button', { name: 'Account of Ann B.' });
    expect(account.displayName).toBe('Ann B.');
  });
});
