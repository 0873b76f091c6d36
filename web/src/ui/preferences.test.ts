import { describe, expect, it } from 'vitest';
import { parsePreferences } from './preferences';

describe('stored preferences', () => {
  it('are taken as they are when all of them make sense', () => {
    const stored = { density: 'dense', swapColours: true, numberLocale: 'de-DE', timeZone: 'UTC' };
    expect(parsePreferences(stored)).toEqual(stored);
  });

  it.each([
    ['nothing', undefined],
    ['a text', 'x'],
    ['wrong values', { density: 1, swapColours: 'yes', numberLocale: '??', timeZone: 'Mars/Base' }],
  ])('fall back to the defaults for %s', (_, stored) => {
    expect(parsePreferences(stored)).toEqual({
      density: 'comfortable',
      swapColours: false,
      numberLocale: null,
      timeZone: null,
    });
  });
});
