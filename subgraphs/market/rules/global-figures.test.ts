import { describe, expect, it } from '@jest/globals';
import { type AssetFigures, totalsOf } from './global-figures';

const asset = (symbol: string, figures: Partial<AssetFigures>): AssetFigures => ({
  symbol,
  price: '1',
  price24h: '1',
  circulatingSupply: '1',
  volume24h: '0',
  ...figures,
});

describe('the figures of the whole market', () => {
  it('are sums of price times supply, with shares and the change of a day', () => {
    const totals = totalsOf([
      asset('BTC', {
        price: '60000',
        price24h: '50000',
        circulatingSupply: '20',
        volume24h: '1000.005',
      }),
      asset('ETH', { price: '3000', price24h: '2500', circulatingSupply: '100' }),
    ]);
    // 60000 × 20 + 3000 × 100 = 1,500,000; a day before 50000 × 20 + 2500 × 100 = 1,250,000
    expect(totals).toEqual({
      marketCap: '1500000',
      volume24h: '1000.01',
      marketCapChange24h: 20,
      btcDominance: 80,
      ethDominance: 20,
      assets: 2,
    });
  });

  it('leave out what is unknown instead of guessing it', () => {
    const totals = totalsOf([
      asset('BTC', { price24h: null }),
      asset('NEW', { circulatingSupply: null, volume24h: '5' }),
    ]);
    expect(totals).toMatchObject({
      marketCap: '1',
      volume24h: '5',
      marketCapChange24h: null,
      ethDominance: null,
      assets: 1,
    });
  });
});
