import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { INTERVAL_MS, openTimeOf, rollUp } from './candles';
import { CandleLadder, type CoarseInterval, ladderSeeds } from './ladder';
import type { Candle } from './market-data';

// The same each time.
fc.configureGlobal({ seed: 1 });

const MIDNIGHT = Date.UTC(2024, 7, 9);
const MINUTE_MS = 60_000;
const COARSE: readonly CoarseInterval[] = ['5m', '15m', '1h', '4h', '1d'];

const minute = (at: number, price: number, closed = true, volume = '1'): Candle => ({
  symbol: 'BTC',
  interval: '1m',
  openTime: MIDNIGHT + at * MINUTE_MS,
  open: String(price),
  high: String(price + 2),
  low: String(price - 1),
  close: String(price + 1),
  volume,
  quoteVolume: '100.5',
  trades: 2,
  closed,
});

const formingOf = (ladder: CandleLadder, interval: CoarseInterval): Candle | undefined =>
  ladder.forming().find((candle) => candle.interval === interval);

describe('the ladder of forming candles', () => {
  it('gives the 5m candle worked out by hand', () => {
    const ladder = new CandleLadder();
    for (const [at, price] of [10, 14, 8].entries()) ladder.put(minute(at, price));
    expect(formingOf(ladder, '5m')).toEqual({
      symbol: 'BTC',
      interval: '5m',
      openTime: MIDNIGHT,
      open: '10',
      high: '16',
      low: '7',
      close: '9',
      volume: '3',
      quoteVolume: '301.5',
      trades: 6,
      closed: false,
    });
  });

  it('replaces a minute that is sent again instead of adding it', () => {
    const ladder = new CandleLadder();
    ladder.put(minute(0, 10, false, '1'));
    ladder.put(minute(0, 10, false, '2.5'));
    ladder.put(minute(0, 10, true, '4'));
    for (const interval of COARSE) {
      expect(formingOf(ladder, interval)).toMatchObject({ volume: '4', trades: 2 });
    }
  });

  it('closes each interval with its last minute, and only then', () => {
    const ladder = new CandleLadder();
    const closed = Array.from({ length: 60 }, (_, at) => ladder.put(minute(at, 10)));
    expect(closed.map((candles) => candles.map(({ interval }) => interval)).map(String)).toEqual(
      Array.from({ length: 60 }, (_, at) => {
        const next = at + 1;
        return [
          ...(next % 5 === 0 ? ['5m'] : []),
          ...(next % 15 === 0 ? ['15m'] : []),
          ...(next % 60 === 0 ? ['1h'] : []),
        ].join();
      }),
    );
    expect(closed.flat().every((candle) => candle.closed)).toBe(true);
  });

  it('closes a bucket whose last minutes had no trade, by the next minute or by the clock', () => {
    const ladder = new CandleLadder();
    ladder.put(minute(3, 10));
    expect(ladder.put(minute(5, 20))).toMatchObject([{ interval: '5m', openTime: MIDNIGHT }]);
    expect(ladder.closeUntil(MIDNIGHT + 10 * MINUTE_MS)).toMatchObject([
      { interval: '5m', openTime: MIDNIGHT + 5 * MINUTE_MS, closed: true },
    ]);
    expect(ladder.closeUntil(MIDNIGHT + 10 * MINUTE_MS)).toEqual([]);
    expect(ladder.forming().map(({ interval }) => interval)).toEqual(['15m', '1h', '4h', '1d']);
  });

  it('goes on from stored candles of the current buckets', () => {
    const whole = new CandleLadder();
    const stored = Array.from({ length: 8 * 60 + 38 }, (_, at) => minute(at, 10 + (at % 7)));
    for (const each of stored) whole.put(each);
    const resumed = new CandleLadder();
    const now = MIDNIGHT + stored.length * MINUTE_MS;
    resumed.seed(seedsFrom(stored, now));
    const next = minute(stored.length, 50, false);
    whole.put(next);
    expect(resumed.put(next)).toEqual([]);
    for (const interval of COARSE) {
      expect(formingOf(resumed, interval)).toEqual(formingOf(whole, interval));
    }
  });

  it('takes over what was filled in behind it, but not what knows less', () => {
    const ladder = new CandleLadder();
    ladder.put(minute(11, 10));
    ladder.put(minute(12, 10, false, '1'));
    ladder.seed([minute(10, 99), minute(11, 10, true, '0.5')]);
    expect(formingOf(ladder, '5m')).toMatchObject({ open: '99', volume: '3' });
    expect(formingOf(ladder, '1d')).toMatchObject({ open: '99', volume: '3' });
  });

  it('equals the roll-up of its minutes whatever gaps they have and however often they come', () => {
    const steps = fc.array(
      fc.record({
        gap: fc.integer({ min: 1, max: 90 }),
        price: fc.integer({ min: 2, max: 1_000 }),
        repeats: fc.integer({ min: 0, max: 2 }),
      }),
      { minLength: 1, maxLength: 80 },
    );
    fc.assert(
      fc.property(steps, (sent) => {
        const ladder = new CandleLadder();
        const minutes: Candle[] = [];
        let at = 0;
        for (const { gap, price, repeats } of sent) {
          at += gap;
          for (let again = 0; again < repeats; again += 1) ladder.put(minute(at, again + 1, false));
          const final = minute(at, price);
          ladder.put(final);
          minutes.push(final);
        }
        for (const interval of COARSE) {
          const bucket = openTimeOf(interval, MIDNIGHT + at * MINUTE_MS);
          const inside = minutes.filter(({ openTime }) => openTime >= bucket);
          const whole = rollUp(interval, inside);
          expect(formingOf(ladder, interval)).toEqual(whole?.closed ? undefined : whole);
        }
      }),
    );
  });
});

/** What a store with every interval rolled up would hand out. */
function seedsFrom(minutes: readonly Candle[], now: number): Candle[] {
  return ladderSeeds(now).flatMap(({ interval, from, to }) => {
    const inside = minutes.filter(({ openTime }) => openTime >= from && openTime < to);
    if (interval === '1m') return inside;
    const bucketOf = ({ openTime }: Candle): number =>
      openTime - (openTime % INTERVAL_MS[interval]);
    return [...new Set(inside.map(bucketOf))].flatMap(
      (bucket) =>
        rollUp(
          interval,
          inside.filter((each) => bucketOf(each) === bucket),
        ) ?? [],
    );
  });
}
