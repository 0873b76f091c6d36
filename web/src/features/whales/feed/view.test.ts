import { describe, expect, it } from 'vitest';
import {
  EVERY_WHALE,
  filterOf,
  isNarrowed,
  parseOwner,
  parseTicker,
  parseWhalesView,
  type WhalesView,
  whalesParams,
} from './view';

const NARROWED: WhalesView = {
  ...{ assets: ['BTC', 'ETH'], chains: ['bitcoin'], minUsd: '1000000' },
  ...{ directions: ['TO_EXCHANGE'], ownerKinds: ['EXCHANGE_HOT', 'FUND'] },
  ...{ owners: ['jump trading'], pattern: 'DORMANT_WAKING', folding: 'groups' },
};

describe('the view of the whales page', () => {
  it('comes back from the address bar as it went there', () => {
    expect(decodeURIComponent(whalesParams(NARROWED).toString())).toBe(
      'asset=BTC,ETH&chain=bitcoin&min=1000000&way=to_exchange&kind=exchange_hot,fund&owner=jump+trading&pattern=dormant_waking&show=groups',
    );
    expect(parseWhalesView(whalesParams(NARROWED))).toEqual(NARROWED);
    expect(whalesParams(EVERY_WHALE).toString()).toBe('');
  });

  it('knows whether something is left out, which single transactions are not', () => {
    expect([EVERY_WHALE, NARROWED].map(isNarrowed)).toEqual([false, true]);
    expect(isNarrowed({ ...EVERY_WHALE, folding: 'raw' })).toBe(false);
  });

  it('ignores what makes no sense, and leaves the rest', () => {
    const params = new URLSearchParams(
      'asset=<b>,BTC,BTC&chain=Bit coin&min=-5&way=up,internal&kind=&pattern=luck&show=all',
    );
    expect(parseWhalesView(params)).toEqual({
      ...EVERY_WHALE,
      ...{ assets: ['BTC'], directions: ['INTERNAL'] },
    });
  });

  it('asks for what is chosen and for nothing else', () => {
    expect(Object.values(filterOf(EVERY_WHALE)).every((value) => value === null)).toBe(true);
    expect(filterOf(NARROWED)).toEqual({
      ...{ assets: ['BTC', 'ETH'], chains: ['bitcoin'], minUsd: '1000000' },
      ...{ directions: ['TO_EXCHANGE'], ownerKinds: ['EXCHANGE_HOT', 'FUND'] },
      ...{ labels: ['jump trading'], pattern: 'DORMANT_WAKING', raw: null, folded: true },
    });
    expect(filterOf({ ...EVERY_WHALE, folding: 'raw' }).raw).toBe(true);
  });

  it('takes tickers and names as people type them', () => {
    expect([parseTicker('pepe'), parseTicker('no ticker')]).toEqual(['PEPE', null]);
    expect([parseOwner('Jump Trading'), parseOwner('a,b')]).toEqual(['Jump Trading', null]);
  });
});
