import { describe, expect, it } from 'vitest';
import {
  DEFAULT_VIEW,
  filterCount,
  parseView,
  sortedBy,
  viewParams,
  withoutFilters,
  type MarketsView,
} from './view-state';

const CHOSEN: MarketsView = {
  search: 'bit coin & co',
  sort: 'change24h',
  descending: true,
  side: 'losers',
  list: '2f1c1e0a-9d1b-4a52-8f0e-6b1f4c3d2a10',
  minMarketCap: '1000000000',
  minVolume24h: '5000000',
};

describe('the address of the markets page', () => {
  it('leads back to the same view', () => {
    const address = viewParams(CHOSEN).toString();
    expect(parseView(new URLSearchParams(address))).toEqual(CHOSEN);
  });

  it('is empty for the view without any choice', () => {
    expect(viewParams(DEFAULT_VIEW).toString()).toBe('');
    expect(parseView(new URLSearchParams())).toEqual(DEFAULT_VIEW);
  });

  it('ignores what makes no sense', () => {
    const nonsense = 'sort=-colour&show=sideways&list=other&cap=-5&volume=1e9';
    expect(parseView(new URLSearchParams(nonsense))).toEqual(DEFAULT_VIEW);
  });

  it('cuts a search that is longer than the API takes', () => {
    const { search } = parseView(new URLSearchParams({ q: 'x'.repeat(100) }));
    expect(search).toHaveLength(64);
  });
});

describe('choosing a column', () => {
  it('starts with the largest figures, but with rank 1 and the letter A', () => {
    expect(sortedBy(DEFAULT_VIEW, 'price')).toMatchObject({ sort: 'price', descending: true });
    expect(sortedBy(DEFAULT_VIEW, 'name')).toMatchObject({ sort: 'name', descending: false });
  });

  it('a second time turns the order round', () => {
    const once = sortedBy(DEFAULT_VIEW, 'price');
    expect(sortedBy(once, 'price')).toMatchObject({ sort: 'price', descending: false });
  });
});

describe('filters', () => {
  it('are counted without the search', () => {
    expect(filterCount(DEFAULT_VIEW)).toBe(0);
    expect(filterCount(CHOSEN)).toBe(4);
  });

  it('can be dropped together while the order stays', () => {
    const { sort, descending } = CHOSEN;
    expect(withoutFilters(CHOSEN)).toEqual({ ...DEFAULT_VIEW, sort, descending });
  });
});
