import { describe, expect, it } from '@jest/globals';
import { INTERVAL_MS } from './candles';
import { dayStatsOf, dayStretches } from './day-stats';
import type { Candle } from './market-data';

const TIME = Date.UTC(2024, 7, 9, 12, 34, 56);
const HOUR_MS = INTERVAL_MS['1h'];

const candle = (openTime: number, figures: Partial<Candle> = {}): Candle => ({
  symbol: 'BTC',
  interval: '1h',
  openTime,
  open: '10',
  high: '12',
  low: '9',
  close: '11',
  volume: '1.5',
  quoteVolume: '15.25',
  trades: 3,
  closed: true,
  ...figures,
});

const newest = { symbol: 'BTC', price: '13', time: TIME, receivedAt: TIME };

describe('the statistics of a day', () => {
  it('cover 24 hours in whole hours and the minutes around them', () => {
    const iso = dayStretches(TIME).map(({ interval, from, to }) => [
      interval,
      new Date(from).toISOString().slice(5, 16),
      new Date(to).toISOString().slice(5, 16),
    ]);
    expect(iso).toEqual([
      ['1m', '08-08T12:34', '08-08T13:00'],
      ['1h', '08-08T13:00', '08-09T12:00'],
      ['1m', '08-09T12:00', '08-09T12:34'],
    ]);
  });

  it('add up the candles and reach to the newest price', () => {
    const from = TIME - 24 * HOUR_MS;
    const stats = dayStatsOf(
      [candle(from), candle(from + HOUR_MS, { open: '11', low: '8', volume: '2' })],
      newest,
      from,
    );
    expect(stats).toEqual({
      symbol: 'BTC',
      time: TIME,
      last: '13',
      open: '10',
      high: '13',
      low: '8',
      volume: '3.5',
      quoteVolume: '30.5',
    });
  });

  it('are not told of less than a day, nor where the traded value is unknown', () => {
    const from = TIME - 24 * HOUR_MS;
    expect(dayStatsOf([], newest, from)).toBeUndefined();
    expect(dayStatsOf([candle(from + 2 * HOUR_MS)], newest, from)).toBeUndefined();
    expect(dayStatsOf([candle(from, { quoteVolume: null })], newest, from)).toBeUndefined();
  });
});
