import { describe, expect, it } from '@jest/globals';
import {
  BadName,
  BadRow,
  type BulkName,
  contentOf,
  parseAggTradeRow,
  parseBulkName,
  parseCandleRow,
  parseTradeRow,
} from '../feeds/bulk/parse';

const BTC: BulkName = { symbol: 'BTC', pair: 'BTCUSDT', interval: null };
const fields = (line: string): string[] => line.split(',');

/** From the exchange's own files: BTCUSDT 1h of 2023-10-27 in ms, DOGEUSDT of 2025-01-01 in µs. */
const IN_MS =
  '1698364800000,34151.66000000,34171.28000000,33972.39000000,34015.27000000,908.27901000,1698368399999,30937869.62302600,41459,416.48838000,14187002.70550060,0';
const IN_US =
  '1735689600000000,0.31600000,0.31600000,0.31600000,0.31600000,27.00000000,1735689600999999,8.53200000,1,0.00000000,0.00000000,0';

describe('a kline row', () => {
  it('is read in milliseconds', () => {
    expect(parseCandleRow(fields(IN_MS), BTC, '1h')).toEqual({
      symbol: 'BTC',
      interval: '1h',
      openTime: Date.UTC(2023, 9, 27),
      open: '34151.66000000',
      high: '34171.28000000',
      low: '33972.39000000',
      close: '34015.27000000',
      volume: '908.27901000',
      quoteVolume: '30937869.62302600',
      trades: 41459,
      closed: true,
    });
  });

  it('is read in microseconds', () => {
    const candle = parseCandleRow(fields(IN_US), BTC, '1m');
    expect(candle).toMatchObject({ openTime: Date.UTC(2025, 0, 1), quoteVolume: '8.53200000' });
  });

  it('is read by position, with a date in front and empty columns behind', () => {
    const row = `2021-05-10 00:00:00+00:00,1.412e-05,5e-05,1.412e-05,3.466e-05,95302311917668.0,1620691199999,3030141753.8025646,4577629,0.5,0.5,0,,`;
    expect(parseCandleRow(fields(row), BTC, '1d')).toMatchObject({
      openTime: Date.UTC(2021, 4, 10),
      open: '0.00001412',
      high: '0.00005',
      volume: '95302311917668.0',
      quoteVolume: '3030141753.8025646',
      trades: 4577629,
    });
  });

  it.each([
    ['1698364800000,34151.66', 'it has 2 fields instead of 6 or more'],
    [IN_MS.replace('34151.66000000', 'x'), 'open "x" is not a decimal number'],
    [IN_MS.replace('908.27901000', '-1'), 'volume "-1" is not a decimal number'],
    [IN_MS.replace('41459', '1.5'), 'trades "1.5" is not a whole number'],
    [IN_MS.replace('1698364800000', 'now'), 'open time "now" is neither an epoch'],
    [IN_MS.replace('1698364800000', '1698364860000'), 'of 1h cannot open at 2023-10-27T00:01'],
    [IN_MS.replace('1698364800000', '2023-13-45 00:00:00'), 'no such date as "2023-13-45'],
  ])('that is broken says what is wrong: %s', (row, fault) => {
    expect(() => parseCandleRow(fields(row), BTC, '1h')).toThrow(BadRow);
    expect(() => parseCandleRow(fields(row), BTC, '1h')).toThrow(fault);
  });
});

describe('a row of six figures', () => {
  const row = '2021-04-04 20:00:00,57953.86000000,58051.25,57826.16,58025.11,1240.20901600';

  it('knows neither the traded value nor the number of trades', () => {
    expect(parseCandleRow(fields(`${row},BTCUSDT`), BTC, '1h')).toMatchObject({
      openTime: Date.UTC(2021, 3, 4, 20),
      volume: '1240.20901600',
      quoteVolume: null,
      trades: null,
    });
  });

  it('is refused when it is about another pair than the file', () => {
    expect(() => parseCandleRow(fields(`${row},ETHUSDT`), BTC, '1h')).toThrow(
      'it is about ETHUSDT, the file about BTCUSDT',
    );
  });
});

describe('a trade row', () => {
  it.each(['False,True', 'false,true', 'FALSE,TRUE'])('is read with flags like %s', (flags) => {
    const row = fields(`0,0.20000000,50.00000000,0,2,1735689600010866,${flags}`);
    expect(contentOf(row)).toBe('aggTrades');
    expect(parseAggTradeRow(row, 'BTC')).toEqual({
      symbol: 'BTC',
      id: '0',
      price: '0.20000000',
      quantity: '50.00000000',
      time: 1735689600010,
      aggressor: 'BUY',
      count: 3,
    });
  });

  it('is read whether aggregated or single', () => {
    const row = fields('51175358,17.80180000,5.69000000,101.29224200,1735689600010866,True,True');
    expect(contentOf(row)).toBe('trades');
    expect(parseTradeRow(row, 'BTC')).toEqual({
      symbol: 'BTC',
      id: '51175358',
      price: '17.80180000',
      quantity: '5.69000000',
      time: 1735689600010,
      aggressor: 'SELL',
      count: 1,
    });
  });

  it('that is broken says what is wrong', () => {
    const row = fields('1,0.2,50,7,6,1735689600010,False,True');
    expect(() => parseAggTradeRow(row, 'BTC')).toThrow('last trade id lies before the first');
    expect(() => parseTradeRow(fields('1,0.2,50,7,then,maybe'), 'BTC')).toThrow(
      /time "then" is neither.*; buyer is maker "maybe" is neither true nor false/,
    );
  });
});

describe('the name of a file', () => {
  it.each([
    ['BTCUSDT-1m-2025-01-01.zip', 'BTC', '1m'],
    ['/data/ETHUSDT-1h-2023-10.csv', 'ETH', '1h'],
    ['BTC_USDT-15m.json.gz', 'BTC', '15m'],
    ['AAVEUSDT_1d.csv.gz', 'AAVE', '1d'],
    ['1000SATSUSDT-4h-2024-01.zip', '1000SATS', '4h'],
    ['BTCUSDT-aggTrades-2025-01-01.zip', 'BTC', null],
    ['BTCUSDT-trades-2025-01.csv', 'BTC', null],
    ['BTCUSDT.csv', 'BTC', null],
  ])('%s tells the market, and the interval if there is one', (path, symbol, interval) => {
    expect(parseBulkName(path)).toEqual({ symbol, pair: `${symbol}USDT`, interval });
  });

  it('is refused for an interval that is not kept, and without a pair in dollars', () => {
    expect(() => parseBulkName('BTCUSDT-1mo-2025-01.zip')).toThrow(BadName);
    expect(() => parseBulkName('BTCUSDT-1s-2025-01-01.zip')).toThrow('1m, 5m, 15m, 1h, 4h, 1d');
    expect(() => parseBulkName('README.csv')).toThrow('does not begin with a USDT pair');
  });
});
