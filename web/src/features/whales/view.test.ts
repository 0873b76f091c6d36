import { describe, expect, it } from 'vitest';
import { EVERY_WHALE, filterOf, parseWhalesView, whalesParams } from './view';

describe('the view of the whales page', () => {
  it('comes back from the address bar as it went there', () => {
    const view = { asset: 'BTC', chain: 'bitcoin', minUsd: '1000000' };
    expect(whalesParams(view).toString()).toBe('asset=BTC&chain=bitcoin&min=1000000');
    expect(parseWhalesView(whalesParams(view))).toEqual(view);
    expect(whalesParams(EVERY_WHALE).toString()).toBe('');
  });

  it('ignores what makes no sense', () => {
    const params = new URLSearchParams('asset=<b>&chain=Bit coin&min=-5');
    expect(parseWhalesView(params)).toEqual(EVERY_WHALE);
  });

  it('asks for all where nothing is chosen', () => {
    expect(filterOf(EVERY_WHALE)).toEqual({ assets: null, chains: null, minUsd: null });
    expect(filterOf({ ...EVERY_WHALE, asset: 'ETH' }).assets).toEqual(['ETH']);
  });
});
