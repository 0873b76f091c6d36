import { describe, expect, it } from 'vitest';
import { parseWatchlist, toggled } from './watchlist';

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
