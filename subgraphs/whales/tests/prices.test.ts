import { describe, expect, it } from '@jest/globals';
import type { CandleInterval } from '@spyhop/platform/topics';
import { PriceBoard } from '../rules/prices';
import { valued } from '../rules/valuation';
import type { SightedLeg } from '../rules/whale';

const at = (time: string): number => Date.parse(`2024-05-06T${time}Z`);

/** A board that knows closes by the time at which their candles open. */
function board(
  closes: readonly [interval: CandleInterval, openTime: string, close: string][],
  symbol = 'ETH',
): PriceBoard {
  const prices = new PriceBoard();
  for (const [interval, openTime, close] of closes) {
    const candles = [{ openTime: at(openTime), close }];
    prices.add({ symbol, interval, dataset: 1, kind: 'LIVE', candles });
  }
  return prices;
}

const ether = (changes: Partial<SightedLeg> = {}): SightedLeg => ({
  ...{ symbol: 'ETH', kind: 'TRANSFER', baseUnits: '2500000000000000000', decimals: 18 },
  ...{ statedUsd: '1', from: [], to: [], ...changes },
});

describe('what an asset was worth', () => {
  const minutes = board([
    ['1m', '12:00:00', '3000'],
    ['1m', '12:01:00', '3100.5'],
    ['1m', '12:02:00', '2900'],
  ]);

  it.each([
    // The minute that is going on has no close yet.
    ['before the first has ended', '12:00:59.999', null],
    ['as the first ends', '12:01:00', '3000'],
    ['in the last moment of the second', '12:01:59.999', '3000'],
    ['as the second ends', '12:02:00', '3100.5'],
    ['as the third ends', '12:03:00', '2900'],
    ['ten minutes after that began', '12:12:59.999', '2900'],
    ['later than a close by the minute counts', '12:13:00', null],
  ])('is the close of the minute before: %s', (_, time, close) => {
    expect(minutes.of('LIVE')('ETH', at(time))).toBe(close);
  });

  it.each([
    ['LIVE', 'LIVE', '3000'],
    ['LIVE', 'REPLAY', null],
    ['LIVE', 'SIMULATED', null],
    // Who does not say may be anybody.
    ['LIVE', undefined, null],
    ['REPLAY', 'LIVE', '3000'],
    ['REPLAY', 'REPLAY', '3000'],
    ['REPLAY', 'SIMULATED', null],
    ['SIMULATED', 'SIMULATED', '3000'],
    ['SIMULATED', 'LIVE', '3000'],
  ] as const)('is to %s transactions by %s candles: %#', (kind, of, close) => {
    const prices = new PriceBoard();
    const candles = [{ openTime: at('12:00:00'), close: '3000' }];
    prices.add({ symbol: 'ETH', interval: '1m', dataset: 1, candles, ...(of && { kind: of }) });
    expect(prices.of(kind)('ETH', at('12:01:00'))).toBe(close);
  });

  it('is by the finest candles that reach there', () => {
    const prices = board([
      ['1d', '00:00:00', '1'],
      ['1h', '10:00:00', '2'],
      ['5m', '11:50:00', '3'],
      ['1m', '12:00:00', '4'],
    ]);
    expect(prices.of('LIVE')('ETH', at('10:59:59'))).toBeNull();
    expect(prices.of('LIVE')('ETH', at('11:00:00'))).toBe('2');
    expect(prices.of('LIVE')('ETH', at('11:55:00'))).toBe('3');
    expect(prices.of('LIVE')('ETH', at('12:01:00'))).toBe('4');
    // After eleven minutes without a close: that of five minutes; after half an hour that of an hour.
    expect(prices.of('LIVE')('ETH', at('12:11:00'))).toBe('3');
    expect(prices.of('LIVE')('ETH', at('12:30:00'))).toBe('2');
    expect(prices.of('LIVE')('ETH', at('23:59:59') + 1_000)).toBe('1');
  });

  it('is of the newest dataset alone', () => {
    const prices = board([['1m', '12:00:00', '3000']]);
    const candles = [{ openTime: at('12:01:00'), close: '7' }];
    prices.add({ symbol: 'ETH', interval: '1m', dataset: 2, kind: 'LIVE', candles });
    expect(prices.of('LIVE')('ETH', at('12:01:30'))).toBeNull();
    expect(prices.of('LIVE')('ETH', at('12:02:00'))).toBe('7');
    prices.add({
      symbol: 'ETH',
      interval: '1m',
      dataset: 1,
      candles: [{ openTime: at('12:01:00'), close: '8' }],
    });
    expect(prices.of('LIVE')('ETH', at('12:02:00'))).toBe('7');
    prices.begin('ETH', 3);
    expect(prices.of('LIVE')('ETH', at('12:02:00'))).toBeNull();
  });
});

describe('a move', () => {
  const prices = board([
    ['1m', '12:00:00', '3000'],
    ['1m', '12:01:00', '3100.55'],
  ]);
  const priceAt = prices.of('LIVE');

  // Two and a half times 3,000 and 3,100.55.
  it.each([
    ['12:01:30', '7500'],
    ['12:02:30', '7751.38'],
  ])('at %s is worth %s USD, to the cent', (time, usd) => {
    expect(valued(ether(), at(time), priceAt)).toMatchObject({ usd, usdBasis: 'CANDLES' });
    const wrapped = valued(ether({ symbol: 'WETH' }), at(time), priceAt);
    expect(wrapped).toMatchObject({ symbol: 'WETH', usd, usdBasis: 'CANDLES' });
  });

  it('of a token that is worth a dollar is worth what candles say, and a dollar without them', () => {
    const dollars = ether({ symbol: 'USDC', baseUnits: '1234567', decimals: 2 });
    const depegged = board([['1m', '12:00:00', '0.88']], 'USDC');
    const lost = valued(dollars, at('12:01:00'), depegged.of('LIVE'));
    // 12,345.67 times 0.88 is 10,864.1896.
    expect(lost).toMatchObject({ usd: '10864.19', usdBasis: 'CANDLES' });
    expect(valued(dollars, at('12:01:00'), priceAt)).toMatchObject({
      ...{ usd: '12345.67', usdBasis: 'PEG' },
    });
  });

  it('of anything else without a close is worth what its source says', () => {
    const stated = valued(ether({ symbol: 'LINK', statedUsd: '12.5' }), at('12:02:00'), priceAt);
    expect(stated).toMatchObject({ usd: '12.5', usdBasis: 'SOURCE' });
    const unsaid = valued(ether({ symbol: 'LINK', statedUsd: null }), at('12:02:00'), priceAt);
    expect(unsaid).toMatchObject({ usd: null, usdBasis: null });
  });
});
