import { describe, expect, it } from 'vitest';
import { ownerName, withOwnerNames } from './owner-names';

describe('the name of an owner', () => {
  it('is written as its owner writes it', () => {
    expect(['okx', 'kucoin', 'bitmex', 'usdc treasury'].map(ownerName)).toEqual([
      ...['OKX', 'KuCoin', 'BitMEX', 'USDC Treasury'],
    ]);
  });

  it('has capitals where nobody knows better, and keeps what it has', () => {
    expect(['binance', 'crypto.com', 'tether treasury', 'Binance 14', ''].map(ownerName)).toEqual([
      ...['Binance', 'Crypto.com', 'Tether Treasury', 'Binance 14', ''],
    ]);
  });

  it('is written so in a sentence, and nothing of other words', () => {
    expect(
      withOwnerNames('Of 9 BTC that okx sent to usdc treasury, 3 BTC came back to bokx.', [
        ...['okx', 'usdc treasury', null],
      ]),
    ).toBe('Of 9 BTC that OKX sent to USDC Treasury, 3 BTC came back to bokx.');
  });
});
