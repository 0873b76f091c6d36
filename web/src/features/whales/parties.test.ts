import { describe, expect, it } from 'vitest';
import { nameOf, shortAddress, walletOf } from './parties';

const address = '0x28c6c06298d514db089934071355e5743bf21d60';

describe('who takes part', () => {
  it('is called by the owner, or else by an address that can be told apart', () => {
    expect(nameOf({ address, owner: 'binance', ownerKind: 'EXCHANGE_HOT' })).toBe('binance');
    expect(nameOf({ address, owner: null, ownerKind: 'UNKNOWN' })).toBe('0x28c6…1d60');
    expect(nameOf({ address: null, owner: null, ownerKind: 'UNKNOWN' })).toBe('unknown');
    expect(shortAddress('short')).toBe('short');
  });

  it('has a kind of wallet where somebody says so', () => {
    expect(walletOf({ address, owner: 'binance', ownerKind: 'EXCHANGE_COLD' })).toBe('cold wallet');
    expect(walletOf({ address, owner: null, ownerKind: 'UNKNOWN' })).toBeNull();
  });
});
