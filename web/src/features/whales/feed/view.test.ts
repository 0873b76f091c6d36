import { describe, expect, it } from 'vitest';
import {
  EVERY_WHALE,
  filterOf,
  isNarrowed,
  parseTicker,
  parseWhalesView,
  whalesParams,
} from './view';

describe('the view of the whales page', () => {
  it('comes back from the address bar as it went there', () => {
    const view = { ...EVERY_WHALE, assets: ['BTC', 'ETH'], chains: ['bitcoin'], minUsd: '1000000' };
    expect(whalesParams(view).toString()).toBe('asset=BTC%2CETH&chain=bitcoin&min=1000000');
    expect(parseWhalesView(whalesParams(view))).toEqual(view);
    expect(whalesParams(EVERY_WHALE).toString()).toBe('');
    expect([isNarrowed(EVERY_WHALE), isNarrowed(view)]).toEqual([false, true]);
  });

  it('ignores what makes no sense, and leaves the rest', () => {
    const params = new URLSearchParams('asset=<b>,BTC,BTC&chain=Bit coin&min=-5');
    expect(parseWhalesView(params)).toEqual({ ...EVERY_WHALE, assets: ['BTC'] });
  });

  it('asks for all where nothing is chosen', () => {
    expect(filterOf(EVERY_WHALE)).toEqual({ assets: null, chains: null, minUsd: null });
    expect(filterOf({ ...EVERY_WHALE, assets: ['ETH'] }).assets).toEqual(['ETH']);
  });

  it('takes tickers as people type them', () => {
    expect(parseTicker('pepe')).toBe('PEPE');
    expect(parseTicker('no ticker')).toBeNull();
  });
});
