import { describe, expect, it } from '@jest/globals';
import { type Close, SERIES, type SeriesInterval } from '../rules/closes';
import { IndicatorBoard } from '../rules/indicators';
import { Trend } from '../rules/trend';

const START = Date.UTC(2024, 7, 9);

/** The closes that the expected figures below were computed from, in Python with `statistics.stdev`. */
const wave = (interval: SeriesInterval, count: number): Close[] =>
  Array.from({ length: count }, (_, at) => ({
    openTime: START + at * SERIES[interval].stepMs,
    price: 100 + 3 * Math.sin(at * 0.7) + 2 * Math.cos(at * 1.3) + at * 0.05,
  }));

const btc = (interval: SeriesInterval, dataset = 0) => ({ symbol: 'BTC', interval, dataset });

const boardWith = (interval: SeriesInterval, closes: readonly Close[]): IndicatorBoard => {
  const board = new IndicatorBoard();
  board.add(btc(interval), closes);
  return board;
};

describe('volatility', () => {
  it.each([
    ['H1', '1m', 61, 15.945479888868052],
    ['H24', '5m', 289, 6.773926721450448],
    ['H24', '5m', 400, 6.5302059146215],
    ['D7', '1h', 169, 2.0171906063053098],
    ['D30', '1h', 721, 1.8016943220911998],
  ] as const)('over %s from %s closes equals the one worked out in Python', (...given) => {
    const [window, interval, count, expected] = given;
    const board = boardWith(interval, wave(interval, count));
    expect(board.volatility('BTC', window)).toBeCloseTo(expected, 10);
  });

  it('is unknown before 20 returns and known from then on', () => {
    expect(boardWith('1m', wave('1m', 20)).volatility('BTC', 'H1')).toBeNull();
    const known = boardWith('1m', wave('1m', 21)).volatility('BTC', 'H1');
    expect(known).toBeCloseTo(16.057642503328008, 10);
  });

  it('does not depend on the order or the repetition in which closes arrive', () => {
    const closes = wave('5m', 289);
    const board = new IndicatorBoard();
    for (const close of closes.slice(200)) board.add(btc('5m'), [close]);
    board.add(btc('5m'), closes.slice(0, 120));
    board.add(btc('5m'), closes.slice(100, 210));
    for (const close of closes) board.add(btc('5m'), [close]);
    expect(board.volatility('BTC', 'H24')).toBeCloseTo(6.773926721450448, 10);
  });

  it('takes the corrected price when a close comes again with another', () => {
    const closes = wave('1m', 61);
    const wrong = closes.map((close, at) => (at === 30 ? { ...close, price: 500 } : close));
    const board = boardWith('1m', wrong);
    board.add(btc('1m'), closes.slice(30, 31));
    expect(board.volatility('BTC', 'H1')).toBeCloseTo(15.945479888868052, 10);
  });

  it('counts no return across a gap, however far the price moved in it', () => {
    const before = wave('1m', 40);
    const after = wave('1m', 60).slice(45);
    const doubled = after.map(({ openTime, price }) => ({ openTime, price: price * 2 }));
    const plain = boardWith('1m', [...before, ...after]).volatility('BTC', 'H1');
    expect(plain).not.toBeNull();
    expect(boardWith('1m', [...before, ...doubled]).volatility('BTC', 'H1')).toBeCloseTo(
      plain ?? 0,
      8,
    );
  });

  it('forgets what is older than its window after a pause of the feed', () => {
    const hour = wave('1m', 61);
    const later = wave('1m', 15).map(({ openTime, price }) => ({
      openTime: openTime + 24 * 3_600_000,
      price,
    }));
    expect(boardWith('1m', [...hour, ...later]).volatility('BTC', 'H1')).toBeNull();
  });

  it('of an asset without closes is unknown', () => {
    expect(new IndicatorBoard().volatility('ETH', 'H24')).toBeNull();
    expect(new IndicatorBoard().trend('ETH')).toBeNull();
  });
});

describe('trend', () => {
  const path = (priceAt: (minute: number) => number): Trend => {
    const trend = new Trend();
    for (let minute = 0; minute < 400; minute += 1) {
      trend.push({ openTime: START + minute * 60_000, price: priceAt(minute) });
    }
    return trend;
  };
  /** Small moves up and down around a growth per minute. */
  const growing = (rate: number) => (minute: number) =>
    100 * Math.exp(rate * minute + 0.0005 * Math.sin(minute * 2.1));

  it('equals the one worked out in Python', () => {
    const board = boardWith('1m', wave('1m', 300));
    expect(board.trend('BTC')).toBeCloseTo(0.13799102995651844, 10);
  });

  it('is up in a rise, down in a fall, and their mirror images cancel out', () => {
    const [up, down] = [path(growing(0.0004)).value(), path(growing(-0.0004)).value()];
    expect(up).toBeGreaterThan(0.5);
    expect(down).toBeLessThan(-0.5);
    expect(Math.abs(path(growing(0)).value() ?? 1)).toBeLessThan(0.1);
  });

  it('is stronger the faster the same fluctuation rises, and never more than 1', () => {
    const [slow, fast] = [path(growing(0.0001)).value() ?? 0, path(growing(0.001)).value() ?? 0];
    expect(fast).toBeGreaterThan(slow);
    expect(fast).toBeLessThanOrEqual(1);
  });

  it('of a price that stands still is 0', () => {
    expect(path(() => 5).value()).toBe(0);
  });

  it('is unknown before 100 minutes, and again after a pause longer than that', () => {
    const closes = wave('1m', 100);
    expect(boardWith('1m', closes.slice(0, 99)).trend('BTC')).toBeNull();
    expect(boardWith('1m', closes).trend('BTC')).not.toBeNull();
    const later = { openTime: START + 500 * 60_000, price: 100 };
    expect(boardWith('1m', [...closes, later]).trend('BTC')).toBeNull();
  });

  it('of a price that only wanders has a deviation of one unit before squashing', () => {
    let seed = 7;
    const random = (): number => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
    const normal = (): number =>
      Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random());
    const trend = new Trend();
    let logPrice = 5;
    const units: number[] = [];
    for (let minute = 0; minute < 60_000; minute += 1) {
      logPrice += 0.001 * normal();
      trend.push({ openTime: START + minute * 60_000, price: Math.exp(logPrice) });
      const value = trend.value();
      if (value !== null) units.push(2 * Math.atanh(value));
    }
    const variance = units.reduce((sum, unit) => sum + unit ** 2, 0) / units.length;
    expect(Math.sqrt(variance)).toBeGreaterThan(0.9);
    expect(Math.sqrt(variance)).toBeLessThan(1.1);
  });
});

describe('indicators of a symbol whose candles another source has replaced', () => {
  const other = wave('1m', 61).map((close) => ({ ...close, price: 5 * close.price ** 2 }));
  const expected = 15.945479888868052;

  it('know nothing of the former ones, whichever come first', () => {
    const board = boardWith('1m', other);
    board.add(btc('1m', 9), wave('1m', 40));
    board.add(btc('1m'), other);
    board.add(btc('1m', 9), wave('1m', 61));
    expect(board.volatility('BTC', 'H1')).toBeCloseTo(expected, 10);
  });

  it('are unknown until the new ones come', () => {
    const board = boardWith('1m', other);
    board.begin('BTC', 9);
    board.add(btc('1m'), other);
    expect(board.volatility('BTC', 'H1')).toBeNull();
    board.add(btc('1m', 9), wave('1m', 61));
    board.begin('BTC', 9);
    expect(board.volatility('BTC', 'H1')).toBeCloseTo(expected, 10);
  });
});
