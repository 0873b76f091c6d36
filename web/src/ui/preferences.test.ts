import { afterEach, describe, expect, it, vi } from 'vitest';
import { renderHook, act } from '@testing-library/react';
import {
  changeDevicePreferences,
  changePreferences,
  keepPreferencesBy,
  parsePersonal,
  parsePreferences,
  showAccountPreferences,
  usePreferences,
  type Preferences,
} from './preferences';

const DEFAULTS: Preferences = {
  density: 'comfortable',
  swapColours: false,
  theme: 'system',
  numberLocale: null,
  timeZone: null,
  currency: 'USD',
  defaultInterval: 'H1',
};

describe('stored preferences', () => {
  it('are taken as they are when all of them make sense', () => {
    const stored: Preferences = {
      density: 'dense',
      swapColours: true,
      theme: 'light',
      numberLocale: 'de-DE',
      timeZone: 'UTC',
      currency: 'CHF',
      defaultInterval: 'D1',
    };
    expect(parsePreferences(stored)).toEqual(stored);
  });

  it.each([
    ['nothing', undefined],
    ['a text', 'x'],
    [
      'wrong values',
      {
        density: 1,
        swapColours: 'yes',
        theme: 'pink',
        numberLocale: '??',
        timeZone: 'Mars/Base',
        currency: '<b>',
        defaultInterval: 'M7',
      },
    ],
  ])('fall back to the defaults for %s', (_, stored) => {
    expect(parsePreferences(stored)).toEqual(DEFAULTS);
  });
});

describe('the preferences of an account', () => {
  const OWN = parsePersonal({ theme: 'light', numberLocale: 'de-CH', timeZone: 'Asia/Tokyo' });
  const shown = () => renderHook(() => usePreferences()).result;

  afterEach(() => showAccountPreferences(null));

  it('stand before those of the browser, which come back with signing out', async () => {
    await changePreferences({ numberLocale: 'fr-FR' });
    changeDevicePreferences({ density: 'dense' });
    const seen = shown();
    act(() => showAccountPreferences(OWN));
    expect(seen.current).toMatchObject({ numberLocale: 'de-CH', theme: 'light', density: 'dense' });
    act(() => showAccountPreferences(null));
    expect(seen.current).toMatchObject({ numberLocale: 'fr-FR', theme: 'system' });
  });

  it('are changed in the account, and the browser’s stay as they are', async () => {
    await changePreferences({ numberLocale: 'fr-FR' });
    const keep = vi.fn(async () => undefined);
    const stop = keepPreferencesBy(keep);
    showAccountPreferences(OWN);
    await changePreferences({ numberLocale: 'en-IN' });
    stop();
    expect(keep).toHaveBeenCalledWith({ numberLocale: 'en-IN' });
    showAccountPreferences(null);
    expect(shown().current.numberLocale).toBe('fr-FR');
  });

  it('are not changed while nobody can keep the change', async () => {
    showAccountPreferences(OWN);
    await expect(changePreferences({ theme: 'dark' })).rejects.toThrow();
    expect(shown().current.theme).toBe('light');
  });
});
