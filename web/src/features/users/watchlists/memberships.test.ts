import { describe, expect, it } from 'vitest';
import { FIRST, applied, wishing } from './memberships';

describe('what is wished of a list', () => {
  it('puts new assets behind the others and takes unwanted ones out', () => {
    let wished = wishing(null, FIRST, 'SOL', true);
    wished = wishing(wished, FIRST, 'BTC', false);
    wished = wishing(wished, 'other', 'ETH', false);
    expect(applied(['BTC', 'ETH'], wished.get(FIRST))).toEqual(['ETH', 'SOL']);
  });

  it('is the newest wish for each asset', () => {
    const wished = wishing(wishing(null, FIRST, 'SOL', true), FIRST, 'SOL', false);
    expect(applied(['BTC'], wished.get(FIRST))).toEqual(['BTC']);
  });

  it('changes nothing that is so already', () => {
    const symbols = ['BTC'];
    expect(applied(symbols, wishing(null, FIRST, 'BTC', true).get(FIRST))).toBe(symbols);
    expect(applied(symbols, undefined)).toBe(symbols);
  });
});
