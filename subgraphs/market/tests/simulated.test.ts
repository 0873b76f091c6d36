import { describe, expect, it } from '@jest/globals';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { CandleInterval } from '@spyhop/platform/topics';
import { type SimulatedOptions, createSimulatedSource } from '../feeds/simulated/simulated-source';
import { INTERVAL_MS } from '../rules/candles';
import type { Candle } from '../rules/market-data';
import { type UniverseAsset, knownAsset } from '../rules/universe';
import { naive, naiveRollUp, units } from './naive-candles';
import { RecordingSink } from './recording-sink';
import { TestTimers } from './test-timers';
import { until } from './until';

const HOUR_MS = INTERVAL_MS['1h'];
const DAY_MS = INTERVAL_MS['1d'];
const SHALLOW = { minutes: 3 * HOUR_MS, hours: 2 * DAY_MS, days: 5 * DAY_MS };
const NOW = Date.UTC(2026, 2, 4, 13, 37, 20);

function known(symbol: string): UniverseAsset {
  const asset = knownAsset(symbol);
  if (asset === undefined) throw new Error(`${symbol} is not in the universe`);
  return asset;
}

/** Runs a simulation for some seconds of its own time. */
async function simulate(
  options: Partial<SimulatedOptions> & { seconds?: number; now?: number } = {},
): Promise<RecordingSink> {
  const timers = new TestTimers(options.now ?? NOW);
  const sink = new RecordingSink();
  const stop = new AbortController();
  const assets = options.assets ?? [known('BTC'), known('ETH')];
  const source = createSimulatedSource({
    seed: 'a seed',
    depth: SHALLOW,
    ...options,
    assets,
    timers,
  });
  const running = source.run(sink, stop.signal);
  await until('history is complete', () => sink.filledSymbols.length === assets.length);
  await until('prices are due to move', () => timers.size === 1);
  for (let ms = 0; ms < (options.seconds ?? 0) * 1_000; ms += 100) {
    timers.advance(100);
    await nextTurn();
  }
  stop.abort();
  await running;
  return sink;
}

const of = (sink: RecordingSink, symbol: string, interval: CandleInterval): Candle[] =>
  sink.history.filter((candle) => candle.symbol === symbol && candle.interval === interval);

const logReturns = (candles: readonly Candle[]): number[] =>
  candles.map(({ open, close }) => Math.log(Number(close) / Number(open)));

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

function correlation(a: readonly number[], b: readonly number[]): number {
  const [meanA, meanB] = [mean(a), mean(b)];
  const covariance = mean(a.map((value, at) => (value - meanA) * ((b[at] ?? 0) - meanB)));
  return covariance / (deviation(a) * deviation(b));
}

const deviation = (values: readonly number[]): number => {
  const center = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - center) ** 2)));
};

describe('the past of a simulated market', () => {
  it('reaches back as far as asked in every interval, and up to the minute that is forming', async () => {
    const sink = await simulate();
    const range = (interval: CandleInterval): (string | undefined)[] => {
      const candles = of(sink, 'BTC', interval);
      return [candles[0], candles.at(-1)].map((candle) =>
        candle === undefined ? undefined : new Date(candle.openTime).toISOString().slice(5, 16),
      );
    };
    expect(range('1m')).toEqual(['03-04T10:00', '03-04T13:36']);
    expect(range('5m')).toEqual(['03-04T10:00', '03-04T13:30']);
    expect(range('15m')).toEqual(['03-04T10:00', '03-04T13:15']);
    expect(range('1h')).toEqual(['03-02T00:00', '03-04T12:00']);
    expect(range('4h')).toEqual(['03-02T00:00', '03-04T08:00']);
    expect(range('1d')).toEqual(['02-27T00:00', '03-03T00:00']);
  });

  it('has coarser candles that are exactly the finer ones rolled up', async () => {
    const sink = await simulate();
    const rungs = [
      ['1m', '5m'],
      ['1m', '15m'],
      ['1m', '1h'],
      ['1h', '4h'],
      ['1h', '1d'],
    ] as const;
    for (const [fine, coarse] of rungs) {
      const finer = of(sink, 'ETH', fine);
      const rolled = naiveRollUp(finer.map(naive), INTERVAL_MS[coarse]);
      const whole = of(sink, 'ETH', coarse).filter(
        ({ openTime }) => openTime >= (finer[0]?.openTime ?? 0),
      );
      expect(whole.length).toBeGreaterThan(0);
      expect(whole.map(naive)).toEqual(whole.map(({ openTime }) => rolled.get(openTime)));
    }
  });

  it('opens every candle where the one before has closed, and ends at the reference price', async () => {
    const sink = await simulate();
    for (const interval of ['1m', '1h', '1d'] as const) {
      const candles = of(sink, 'ETH', interval);
      const closes = candles.slice(0, -1).map(({ close }) => close);
      expect(candles.slice(1).map(({ open }) => open)).toEqual(closes);
    }
    expect(Number(of(sink, 'ETH', '1m').at(-1)?.close)).toBe(Number(known('ETH').referencePrice));
  });

  it('quotes prices with the digits of the exchange, highs above and lows below', async () => {
    const sink = await simulate({ assets: [known('PEPE')] });
    for (const candle of sink.history) {
      expect(candle.close).toMatch(/^0\.\d{8}$/);
      const { open, high, low, close, volume } = naive(candle);
      expect(high >= open && high >= close && low <= open && low <= close).toBe(true);
      expect(volume > 0n).toBe(true);
    }
  });

  it('moves as much as configured, and together with Bitcoin as much as configured', async () => {
    const assets = ['BTC', 'ETH', 'DOGE', 'PAXG'].map(known);
    const hours = 150 * 24;
    const depth = { minutes: HOUR_MS, hours: hours * HOUR_MS, days: hours * HOUR_MS };
    const sink = await simulate({ assets, depth });
    const returnsOf = (symbol: string): number[] => logReturns(of(sink, symbol, '1h'));
    for (const { symbol, annualVolatility, betaToBtc } of assets) {
      const annualised = deviation(returnsOf(symbol)) * Math.sqrt(365 * 24);
      expect(annualised / annualVolatility).toBeGreaterThan(0.9);
      expect(annualised / annualVolatility).toBeLessThan(1.1);
      const together = (betaToBtc * known('BTC').annualVolatility) / annualVolatility;
      expect(correlation(returnsOf(symbol), returnsOf('BTC'))).toBeCloseTo(together, 1);
    }
  });

  it('has busy and quiet hours also where it is known by the minute', async () => {
    const day = 24 * INTERVAL_MS['1h'];
    const sink = await simulate({ depth: { minutes: day, hours: 3 * day, days: 5 * day } });
    const volumes = of(sink, 'BTC', '1h').map(({ volume }) => Number(volume));
    const spread = (hours: readonly number[]): number => deviation(hours) / mean(hours);
    expect(spread(volumes.slice(-20))).toBeGreaterThan(0.5 * spread(volumes.slice(0, 20)));
  });

  it('never falls to zero, however worthless and wild an asset is', async () => {
    const worthless = { ...known('PEPE'), referencePrice: '0.00000001', annualVolatility: 3 };
    const sink = await simulate({ assets: [worthless], seconds: 20, activity: 10 });
    expect(sink.trades.length).toBeGreaterThan(0);
    expect(sink.history.every(({ low }) => units(low) > 0n)).toBe(true);
    expect(sink.trades.every(({ price, quantity }) => units(price) * units(quantity) > 0n)).toBe(
      true,
    );
  });

  it('is handed over in pieces that are each quickly taken', async () => {
    const sizes: number[] = [];
    const sink = new RecordingSink();
    sink.backfill = async (candles) => void sizes.push(candles.length);
    const stop = new AbortController();
    const source = createSimulatedSource({
      assets: [known('BTC')],
      seed: 'a seed',
      timers: new TestTimers(NOW),
      depth: { minutes: DAY_MS, hours: 90 * DAY_MS, days: 100 * DAY_MS },
    });
    const running = source.run(sink, stop.signal);
    await until('days have come last', () => sizes.at(-1) === 100);
    stop.abort();
    await running;
    expect(Math.max(...sizes)).toBeLessThanOrEqual(1_000);
  });
});

describe('a simulated market', () => {
  it('is the same for the same seed and time, and another one for another seed', async () => {
    const [once, again, other] = [
      await simulate({ seconds: 5 }),
      await simulate({ seconds: 5 }),
      await simulate({ seconds: 5, seed: 'another' }),
    ];
    expect([again.history, again.trades, again.stats]).toEqual([
      once.history,
      once.trades,
      once.stats,
    ]);
    expect(other.trades).not.toEqual(once.trades);
    expect(other.history).not.toEqual(once.history);
  });

  it('trades on from where its history ends, in order of time and id', async () => {
    const sink = await simulate({ seconds: 10 });
    const trades = sink.trades.filter(({ symbol }) => symbol === 'BTC');
    const reference = Number(known('BTC').referencePrice);
    expect(trades.length).toBeGreaterThan(30);
    expect(trades.length).toBeLessThan(100);
    expect(Math.abs(Number(trades[0]?.price) / reference - 1)).toBeLessThan(0.001);
    expect(trades.every(({ time }) => time >= NOW && time <= NOW + 10_000)).toBe(true);
    const inOrder = [...trades].sort((a, b) => a.time - b.time || Number(a.id) - Number(b.id));
    expect(trades).toEqual(inOrder);
    expect(new Set(sink.trades.map(({ id }) => id)).size).toBe(sink.trades.length);
    expect(new Set(trades.map(({ aggressor }) => aggressor)).size).toBe(2);
  });

  it('trades as much more as asked', async () => {
    const [calm, busy] = [
      await simulate({ seconds: 10 }),
      await simulate({ seconds: 10, activity: 20 }),
    ];
    const ratio = busy.trades.length / calm.trades.length;
    expect(ratio).toBeGreaterThan(14);
    expect(ratio).toBeLessThan(28);
  });

  it('sends the rolling day once a second, made of the minutes before and the trades since', async () => {
    const depth = { ...SHALLOW, minutes: 2 * DAY_MS, hours: 3 * DAY_MS };
    const sink = await simulate({ assets: [known('BTC')], seconds: 4, depth });
    expect(sink.stats.map(({ time }) => time - NOW)).toEqual([1_000, 2_000, 3_000, 4_000]);
    const last = sink.stats.at(-1);
    const past = of(sink, 'BTC', '1m')
      .slice(-(24 * 60 - 1))
      .map(naive);
    const traded = sink.trades.map(({ quantity }) => units(quantity));
    expect(units(last?.volume ?? '0')).toBe(
      [...past.map(({ volume }) => volume), ...traded].reduce((a, b) => a + b),
    );
    expect(units(last?.open ?? '0')).toBe(past[0]?.open);
    const highs = [...past.map(({ high }) => high), ...sink.trades.map((t) => units(t.price))];
    expect(units(last?.high ?? '0')).toBe(highs.reduce((a, b) => (a > b ? a : b)));
    expect(last?.last).toBe(sink.trades.at(-1)?.price);
  });

  it('goes on after a restart from the stored price and fills only what it missed', async () => {
    const stored = { price: '61234.56', time: NOW - 3 * HOUR_MS };
    const assets = [known('BTC')];
    const sink = await simulate({ assets, seconds: 5, resumeFrom: () => stored });
    const minutes = of(sink, 'BTC', '1m');
    expect(minutes).toHaveLength(180 - 1);
    expect(minutes[0]).toMatchObject({ openTime: NOW - 3 * HOUR_MS + 40_000, open: stored.price });
    expect(of(sink, 'BTC', '1h').map(({ openTime }) => openTime)).toEqual(
      [11, 12].map((hour) => Date.UTC(2026, 2, 4, hour)),
    );
    expect(sink.history.every(({ openTime }) => openTime > stored.time)).toBe(true);
    const [first] = sink.trades;
    expect(Math.abs(Number(first?.price) / Number(minutes.at(-1)?.close) - 1)).toBeLessThan(0.001);
  });

  it('invents the same past once more for an asset whose past an earlier run did not finish', async () => {
    const assets = [known('BTC')];
    const first = await simulate({ assets });
    const stored = { price: '61234.56', time: NOW + 5 * 60_000 };
    const again = await simulate({
      assets,
      now: NOW + HOUR_MS,
      resumeFrom: () => stored,
      pastUntil: () => NOW,
    });
    const before = first.history.filter(({ openTime }) => openTime < NOW);
    expect(again.history.slice(0, before.length)).toEqual(before);
    const since = again.history.slice(before.length);
    expect(since[0]).toMatchObject({ openTime: NOW + 5 * 60_000 + 40_000, open: stored.price });
    expect(again.filledSymbols).toEqual(['BTC']);
  });

  it('remembers the statistics of the day before a restart', async () => {
    const dayStats = {
      open: '60000.00',
      high: '63000.00',
      low: '59000.00',
      volume: '2400.00000',
      quoteVolume: '144000000.00',
    };
    const stored = { price: '61234.56', time: NOW - 5_000, dayStats };
    const sink = await simulate({
      assets: [known('BTC')],
      seconds: 2,
      resumeFrom: () => stored,
    });
    expect(sink.history).toEqual([]);
    expect(sink.stats.at(-1)).toMatchObject({
      open: '60000.00',
      high: '63000.00',
      low: '59000.00',
    });
    expect(Number(sink.stats.at(-1)?.volume)).toBeCloseTo(2_400, -1);
  });

  it('stands still while the machine sleeps', async () => {
    const timers = new TestTimers(NOW);
    const sink = new RecordingSink();
    const stop = new AbortController();
    const options = { assets: [known('BTC')], seed: 'a seed', timers, depth: SHALLOW };
    const running = createSimulatedSource(options).run(sink, stop.signal);
    await until('prices are due to move', () => timers.size === 1);
    timers.advance(8 * HOUR_MS);
    await nextTurn();
    stop.abort();
    await running;
    const firstTime = Math.min(...sink.trades.map(({ time }) => time));
    expect(firstTime).toBeGreaterThanOrEqual(NOW + 8 * HOUR_MS - 10_000);
  });

  it('ends at once when told to, even while its history is not being taken', async () => {
    const sink = new RecordingSink();
    let isOffered = false;
    sink.backfill = () => {
      isOffered = true;
      return new Promise(() => undefined);
    };
    const stop = new AbortController();
    const options = { assets: [known('BTC')], seed: 'a', timers: new TestTimers(), depth: SHALLOW };
    const running = createSimulatedSource(options).run(sink, stop.signal);
    await until('history is offered', () => isOffered);
    stop.abort();
    await expect(running).resolves.toBeUndefined();
  });
});
