import { describe, expect, it } from 'vitest';
import { orderSymbols, type AssetFigures } from './order';
import { DEFAULT_VIEW, type MarketsView } from './view-state';

const asset = (symbol: string, figures: Partial<AssetFigures> = {}): AssetFigures => ({
  symbol,
  name: symbol,
  rank: null,
  price: null,
  change1h: null,
  change24h: null,
  change7d: null,
  volume24h: null,
  marketCap: null,
  ...figures,
});

const ASSETS = [
  asset('ETH', { name: 'Ethereum', rank: 2, price: '3100.5', change24h: -1, marketCap: '3e11' }),
  asset('NEW', { name: 'Newcomer' }),
  asset('BTC', { name: 'Bitcoin', rank: 1, price: '90000', change24h: 2, marketCap: '18e11' }),
  asset('PEPE', { name: 'Pepe', rank: 30, price: '0.00000512', change24h: 0, marketCap: '2e9' }),
];

const shown = (view: Partial<MarketsView>, listed?: string[]) =>
  orderSymbols(ASSETS, { ...DEFAULT_VIEW, ...view }, listed ? new Set(listed) : null);

describe('the order of assets', () => {
  it('is by rank at first, the unranked last', () => {
    expect(shown({})).toEqual(['BTC', 'ETH', 'PEPE', 'NEW']);
  });

  it('compares prices as numbers, not as texts', () => {
    expect(shown({ sort: 'price' })).toEqual(['PEPE', 'ETH', 'BTC', 'NEW']);
  });

  it('keeps assets without the figure last in both directions', () => {
    expect(shown({ sort: 'price', descending: true })).toEqual(['BTC', 'ETH', 'PEPE', 'NEW']);
  });

  it('is alphabetical by name', () => {
    expect(shown({ sort: 'name' })).toEqual(['BTC', 'ETH', 'NEW', 'PEPE']);
  });
});

describe('the shown assets', () => {
  it('match a search in symbol or name, in any case', () => {
    expect(shown({ search: ' coin' })).toEqual(['BTC']);
    expect(shown({ search: 'eth' })).toEqual(['ETH']);
  });

  it('of a side exclude those that did not move', () => {
    expect(shown({ side: 'gainers' })).toEqual(['BTC']);
    expect(shown({ side: 'losers' })).toEqual(['ETH']);
  });

  it('reach the least market cap, which an unknown one does not', () => {
    expect(shown({ minMarketCap: '100000000000' })).toEqual(['BTC', 'ETH']);
  });

  it('of the watchlist are the starred ones', () => {
    expect(shown({}, ['PEPE', 'GONE'])).toEqual(['PEPE']);
  });

  it('satisfy all conditions together', () => {
    expect(shown({ search: 'e', side: 'losers' }, ['ETH'])).toEqual(['ETH']);
    expect(shown({ search: 'bit', side: 'losers' })).toEqual([]);
  });
});
