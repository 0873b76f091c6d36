import { describe, expect, it } from 'vitest';
import { nameOf, shortAddress, walletOf, withOwn } from './parties';

const address = '0x28c6c06298d514db089934071355e5743bf21d60';
const walletId = `ethereum:${address}`;

describe('who takes part', () => {
  it('is called by the owner, or else by an address that can be told apart', () => {
    expect(nameOf({ walletId, address, owner: 'binance', ownerKind: 'EXCHANGE_HOT' })).toBe(
      'Binance',
    );
    expect(nameOf({ walletId, address, owner: null, ownerKind: 'UNKNOWN' })).toBe('0x28c6…1d60');
    expect(nameOf({ walletId: null, address: null, owner: null, ownerKind: 'UNKNOWN' })).toBe(
      'unknown',
    );
    expect(shortAddress('short')).toBe('short');
  });

  it('has a kind of wallet where somebody says so', () => {
    expect(walletOf({ walletId, address, owner: 'binance', ownerKind: 'EXCHANGE_COLD' })).toBe(
      'cold wallet',
    );
    expect(walletOf({ walletId, address, owner: null, ownerKind: 'UNKNOWN' })).toBeNull();
  });

  it('is called what the viewer calls it before all else, on whatever row it stands', () => {
    const said = {
      ...{ name: 'My broker', owner: null, kind: 'FUND' as const, source: 'own', sourceUrl: null },
      ...{ date: null, confidence: 1, isOwn: true },
    };
    const party = { walletId, address, owner: 'binance', ownerKind: 'EXCHANGE_HOT' as const };
    const own = withOwn(party, new Map([[walletId, said]]));
    expect([nameOf(own), walletOf(own)]).toEqual(['My broker', 'fund']);
    const elsewhere = { ...party, walletId: `polygon:${address}` };
    expect(nameOf(withOwn(elsewhere, new Map([[walletId, said]])))).toBe('Binance');
  });
});
