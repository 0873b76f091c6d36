import { describe, expect, it } from 'vitest';
import { STARRED, listNamed, parseWatchlist, toggled } from './watchlists';

describe('the watchlist', () => {
  it('gains an asset and loses it again', () => {
    const withEth = toggled(['BTC'], 'ETH');
    expect(withEth).toEqual(['BTC', 'ETH']);
    expect(toggled(withEth, 'BTC')).toEqual(['ETH']);
  });

  it.each([
    ['nothing', undefined, []],
    ['an object', { BTC: true }, []],
    ['a mixture', ['BTC', 7, null, '<script>', 'ETH', 'BTC'], ['BTC', 'ETH']],
  ])('keeps what is usable of %s in storage', (_, stored, kept) => {
    expect(parseWatchlist(stored)).toEqual(kept);
  });
});

it('an address names the starred list, another one by its id, or none', () => {
  const lists = ['a', 'b'].map((id) => ({ id, name: id, symbols: [] }));
  expect(listNamed(lists, STARRED)?.id).toBe('a');
  expect(listNamed(lists, 'b')?.id).toBe('b');
  expect(listNamed(lists, 'c')).toBeUndefined();
  expect(listNamed([], STARRED)).toBeUndefined();
});
