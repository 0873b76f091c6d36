import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { databaseUrlAs } from '@spyhop/platform/own-database';
import { type TestDatabase, testDatabase } from '@spyhop/platform/testkit/database';
import { CANDLE_INTERVALS } from '@spyhop/platform/topics';
import { migrate } from '@spyhop/prisma/migrate';
import fc from 'fast-check';
import pg from 'pg';
import { INTERVAL_MS } from '../rules/candles';
import type { Candle } from '../rules/market-data';
import { KEEP_EVERYTHING } from '../rules/retention';
import { LOCK_SYMBOLS } from '../store/candle-sql';
import { type CandleStore, createCandleStore } from '../store/candles';
import { naive, naiveRollUp } from './naive-candles';

// The same each time.
fc.configureGlobal({ seed: 1 });

const MINUTE = INTERVAL_MS['1m'];
const HOUR = INTERVAL_MS['1h'];
const DAY = INTERVAL_MS['1d'];
/** A midnight that is also the border of a month. */
const MIDNIGHT = Date.UTC(2021, 4, 1);

let database: TestDatabase;
let pool: pg.Pool;
let store: CandleStore;
let symbols = 0;

beforeAll(async () => {
  database = await testDatabase(migrate);
  pool = new pg.Pool({ connectionString: databaseUrlAs('market', database.url) });
  pool.on('error', () => undefined);
  store = createCandleStore({ pool, retention: KEEP_EVERYTHING });
});

afterAll(async () => {
  await pool.end();
  await database.drop();
});

/** Every test has a market of its own. */
const newSymbol = (): string => `T${String(++symbols)}`;

const minute = (symbol: string, openTime: number, fields: Partial<Candle> = {}): Candle => ({
  symbol,
  interval: '1m',
  openTime,
  open: '10',
  high: '12.5',
  low: '9',
  close: '11',
  volume: '1.5',
  quoteVolume: '15.75',
  trades: 3,
  closed: true,
  ...fields,
});

const minutes = (symbol: string, from: number, count: number): Candle[] =>
  Array.from({ length: count }, (_, index) => minute(symbol, from + index * MINUTE));

/** Everything that is stored of a series, also what is still growing, oldest first. */
const stored = (symbol: string, interval: Candle['interval']): Promise<Candle[]> =>
  store.stretches([symbol], [{ interval, from: 0, to: Date.UTC(2100, 0) }]);

const only = async (symbol: string, interval: Candle['interval']): Promise<Candle> => {
  const [candle, ...others] = await stored(symbol, interval);
  if (candle === undefined || others.length > 0) throw new Error('there is not exactly one candle');
  return candle;
};

async function* stream(candles: readonly Candle[]): AsyncGenerator<Candle> {
  for (const candle of candles) yield await Promise.resolve(candle);
}

describe('writing minutes', () => {
  const amount = fc.bigInt({ min: 0n, max: 10n ** 14n }).map((cents) => decimal(cents, 8));
  const anyMinute = fc.record({
    openTime: fc.integer({ min: -700, max: 1_800 }).map((index) => MIDNIGHT + index * MINUTE),
    open: amount,
    high: amount,
    low: amount,
    close: amount,
    volume: amount,
    quoteVolume: fc.option(amount, { freq: 30 }),
    trades: fc.option(fc.nat(1_000), { freq: 30 }),
  });
  const anyMinutes = fc.uniqueArray(anyMinute, {
    selector: ({ openTime }) => openTime,
    minLength: 1,
    maxLength: 60,
  });

  it('makes the same coarser candles of them in any order and any batches', async () => {
    const batched = fc
      .record({ candles: anyMinutes, seed: fc.array(fc.nat(), { minLength: 60, maxLength: 60 }) })
      .map(({ candles, seed }) => ({ candles, batches: shuffledBatches(candles, seed) }));
    await fc.assert(
      fc.asyncProperty(batched, async ({ candles, batches }) => {
        const symbol = newSymbol();
        for (const batch of batches) {
          await store.write(batch.map((fields) => minute(symbol, fields.openTime, fields)));
        }
        for (const interval of CANDLE_INTERVALS) {
          const expected = naiveRollUp(candles.map(naive), INTERVAL_MS[interval]);
          const actual = (await stored(symbol, interval)).map(naive);
          expect(actual).toEqual([...expected.values()].sort((a, b) => a.openTime - b.openTime));
        }
      }),
      { numRuns: 40 },
    );
  });

  it('does nothing the second time', async () => {
    const candles = minutes(newSymbol(), MIDNIGHT, 90);
    expect(await store.write(candles)).toBe(90);
    expect(await store.write(candles)).toBe(0);
  });

  it('takes the later of two candles of one minute', async () => {
    const symbol = newSymbol();
    await store.write([
      minute(symbol, MIDNIGHT, { close: '1' }),
      minute(symbol, MIDNIGHT, { close: '2' }),
    ]);
    expect(await only(symbol, '1m')).toMatchObject({ close: '2' });
    expect(await store.write([minute(symbol, MIDNIGHT, { close: '3' })])).toBe(1);
    expect(await only(symbol, '1d')).toMatchObject({ close: '3' });
  });

  it('keeps the traded value when a source that does not know it repeats the same minute', async () => {
    const symbol = newSymbol();
    const unknown = { quoteVolume: null, trades: null };
    await store.write([minute(symbol, MIDNIGHT)]);
    expect(await store.write([minute(symbol, MIDNIGHT, unknown)])).toBe(0);
    await store.write([minute(symbol, MIDNIGHT, { ...unknown, volume: '7' })]);
    expect(await only(symbol, '1h')).toMatchObject({ volume: '7', ...unknown });
  });

  it('loses nothing when two writers write into the same candle at once', async () => {
    const symbol = newSymbol();
    const all = minutes(symbol, MIDNIGHT, 240);
    const ofWriter = (n: number): Candle[] => all.filter((_, index) => index % 6 === n);
    await Promise.all([0, 1, 2, 3, 4, 5].map((n) => store.write(ofWriter(n))));
    expect(await only(symbol, '4h')).toMatchObject({ trades: 720, volume: '360.0' });
  });

  it('writes all or none', async () => {
    const symbol = newSymbol();
    const broken = minute(symbol, MIDNIGHT + MINUTE, { volume: 'much' });
    await expect(store.write([minute(symbol, MIDNIGHT), broken])).rejects.toThrow('much');
    expect(await stored(symbol, '1m')).toEqual([]);
  });
});

describe('candles given for a coarser interval', () => {
  it('go before what is made of finer ones, whichever comes first', async () => {
    const [early, late] = [newSymbol(), newSymbol()];
    const hour = (symbol: string) =>
      minute(symbol, MIDNIGHT, { interval: '1h', volume: '1000', quoteVolume: null, trades: null });
    await store.write([hour(early)]);
    await store.write(minutes(early, MIDNIGHT, 60));
    await store.write(minutes(late, MIDNIGHT, 60));
    await store.write([hour(late)]);
    for (const symbol of [early, late]) {
      expect(await only(symbol, '1h')).toMatchObject({ volume: '1000' });
      expect(await only(symbol, '15m').catch(() => null)).toBeNull();
      expect(await stored(symbol, '15m')).toHaveLength(4);
      expect(await only(symbol, '1d')).toMatchObject({ volume: '1000', quoteVolume: null });
    }
  });

  it('are made into the intervals above them, and none below', async () => {
    const symbol = newSymbol();
    const hours = minutes(symbol, 0, 30).map((candle, index) => ({
      ...candle,
      interval: '1h' as const,
      openTime: MIDNIGHT + index * HOUR,
    }));
    await store.write(hours);
    expect(await stored(symbol, '15m')).toEqual([]);
    expect((await stored(symbol, '4h')).map(({ volume }) => volume)).toEqual([
      ...Array.from({ length: 7 }, () => '6.0'),
      '3.0',
    ]);
    expect((await stored(symbol, '1d')).map(({ trades }) => trades)).toEqual([72, 18]);
  });
});

describe('minutes that were let go', () => {
  it('do not shrink the candles that were made of them when a late one arrives', async () => {
    const symbol = newSymbol();
    await store.write(minutes(symbol, MIDNIGHT, 120));
    const keepDay = createCandleStore({
      pool,
      retention: { ...KEEP_EVERYTHING, '1m': 1, '5m': 1 },
    });
    await keepDay.applyRetention(MIDNIGHT + 3 * DAY);
    expect(await stored(symbol, '5m')).toEqual([]);

    await store.write([minute(symbol, MIDNIGHT + 5 * MINUTE, { high: '99' })]);
    expect(await stored(symbol, '1m')).toHaveLength(1);
    expect((await stored(symbol, '1h')).map(({ trades, high }) => [trades, high])).toEqual([
      [180, '12.5'],
      [180, '12.5'],
    ]);
  });

  it('go by whole days, each interval after its own time, and take empty months with them', async () => {
    const symbol = newSymbol();
    const march = Date.UTC(2019, 2, 31);
    await store.write(minutes(symbol, march, 2 * 1_440));
    const limits = createCandleStore({
      pool,
      retention: { '1m': 1, '5m': 1, '15m': 1, '1h': 1, '4h': 1, '1d': 2 },
    });
    await limits.applyRetention(march + 2 * DAY + HOUR);
    expect((await stored(symbol, '1h'))[0]?.openTime).toBe(march + DAY);
    expect(await stored(symbol, '1d')).toHaveLength(2);
    const { months } = await limits.applyRetention(Date.UTC(2019, 11, 1));
    expect(months).toBe(2);
    expect(await stored(symbol, '1d')).toEqual([]);
    expect(await store.write(minutes(symbol, march, 1))).toBe(1);
  });
});

describe('letting go beside those who use the table', () => {
  const LIMITS = { '1m': 1, '5m': 1, '15m': 1, '1h': 1, '4h': 1, '1d': 1 };
  let busy: pg.PoolClient;

  beforeEach(async () => {
    busy = await pool.connect();
    await busy.query('BEGIN');
  });
  afterEach(() => busy.release(true));

  /** Until the work waits for a lock, or is done without waiting. */
  async function waitsOrIsDone(work: Promise<unknown>): Promise<void> {
    let isDone = false;
    const note = (): void => void (isDone = true);
    work.then(note, note);
    for (let waiting = 0; waiting === 0 && !isDone;) {
      const { rowCount } = await pool.query(
        `SELECT FROM pg_locks JOIN pg_stat_activity USING (pid)
         WHERE NOT granted AND datname = current_database()`,
      );
      waiting = rowCount ?? 0;
    }
  }

  it('leaves an empty month while somebody reads, who is not kept waiting, and takes it later', async () => {
    const limits = createCandleStore({ pool, retention: LIMITS });
    const month = { from: Date.UTC(2017, 2, 1), to: Date.UTC(2017, 2, 31) };
    await limits.ensurePartitions(month);
    await busy.query(`SELECT FROM market.candle WHERE open_time < '2000-01-01'`);
    const removal = limits.applyRetention(Date.UTC(2017, 11, 1));
    await waitsOrIsDone(removal);
    await busy.query(`SELECT FROM market.candle WHERE open_time < '2018-01-01'`);
    expect(await removal).toMatchObject({ months: 0 });
    await busy.query('COMMIT');
    expect(await limits.applyRetention(Date.UTC(2017, 11, 1))).toMatchObject({ months: 1 });
  });

  it('does not deadlock with a writer of old candles', async () => {
    const symbol = newSymbol();
    const limits = createCandleStore({ pool, retention: { ...KEEP_EVERYTHING, '1m': 1 } });
    const start = Date.UTC(2018, 2, 1);
    await limits.write(minutes(symbol, start, 2));
    const rewrite = (at: number): Promise<unknown> =>
      busy.query('UPDATE market.candle SET trades = 1 WHERE symbol = $1 AND open_time = $2', [
        symbol,
        new Date(start + at * MINUTE),
      ]);
    await busy.query(LOCK_SYMBOLS, [[symbol]]);
    await rewrite(1);
    const removal = limits.applyRetention(start + 3 * DAY);
    await waitsOrIsDone(removal);
    await rewrite(0);
    await busy.query('COMMIT');
    await removal;
    await limits.applyRetention(start + 3 * DAY);
    expect(await stored(symbol, '1m')).toEqual([]);
    expect(await stored(symbol, '5m')).toHaveLength(1);
  });
});

describe('reading a page', () => {
  it('gives the newest first, within bounds, and goes on where the page before ended', async () => {
    const symbol = newSymbol();
    await store.write(minutes(symbol, MIDNIGHT - 5 * MINUTE, 10));
    const range = { symbol, interval: '1m' as const, from: MIDNIGHT - 3 * MINUTE };
    const opened = (candles: Candle[]): number[] =>
      candles.map(({ openTime }) => (openTime - MIDNIGHT) / MINUTE);
    const first = await store.page({ ...range, to: MIDNIGHT + 3 * MINUTE, first: 4 });
    expect(opened(first)).toEqual([2, 1, 0, -1]);
    const rest = await store.page({ ...range, to: first.at(-1)?.openTime ?? null, first: 4 });
    expect(opened(rest)).toEqual([-2, -3]);
    expect(opened(await store.page({ ...range, from: null, to: null, first: 100 }))).toHaveLength(
      10,
    );
  });

  it('gives back every digit', async () => {
    const symbol = newSymbol();
    const exact = minute(symbol, MIDNIGHT, {
      low: '0.000000000000000001',
      volume: '123456789012345678901234567890.123456789',
    });
    await store.write([exact]);
    expect(await store.latest(symbol, '1m')).toEqual(exact);
  });

  it('leaves out the candle that still grows, also when its newest minute is missing', async () => {
    const symbol = newSymbol();
    await store.write(minutes(symbol, MIDNIGHT, 59));
    expect(await store.latest(symbol, '1h')).toBeNull();
    await store.write(minutes(symbol, MIDNIGHT + HOUR, 1));
    expect(await store.latest(symbol, '1h')).toMatchObject({ openTime: MIDNIGHT, trades: 177 });
    await store.write(minutes(symbol, MIDNIGHT + HOUR, 60));
    expect(await store.latest(symbol, '1h')).toMatchObject({ openTime: MIDNIGHT + HOUR });
  });

  it('is empty for a market without candles', async () => {
    expect(await store.latest(newSymbol(), '4h')).toBeNull();
  });
});

describe('prices of the past', () => {
  it('are the last close until then, from whatever interval reaches closest', async () => {
    const [traded, hourly, silent] = [newSymbol(), newSymbol(), newSymbol()];
    await store.write([
      minute(traded, MIDNIGHT, { close: '100' }),
      minute(traded, MIDNIGHT + MINUTE, { close: '101' }),
      minute(hourly, MIDNIGHT, { interval: '1h', close: '7' }),
    ]);
    const moments = [
      { at: MIDNIGHT + 2 * MINUTE - 1, notBefore: MIDNIGHT },
      { at: MIDNIGHT + 3 * HOUR, notBefore: MIDNIGHT },
      { at: MIDNIGHT + 3 * HOUR, notBefore: MIDNIGHT + 2 * HOUR },
    ];
    const closes = await store.closesAt([traded, hourly, silent], moments);
    expect(closes.get(traded)).toEqual(['100', '101', null]);
    expect(closes.get(hourly)).toEqual([null, '7', null]);
    expect(closes.get(silent)).toEqual([null, null, null]);
  });

  it('come as a line per market, gaps left out', async () => {
    const [one, other] = [newSymbol(), newSymbol()];
    const at = (symbol: string, hour: number, close: string): Candle =>
      minute(symbol, MIDNIGHT + hour * HOUR, { interval: '1h', close });
    await store.write([at(one, 0, '1'), at(one, 1, '2'), at(one, 3, '4'), at(other, 2, '0.50')]);
    const stretch = { interval: '1h' as const, from: MIDNIGHT + HOUR, to: MIDNIGHT + 4 * HOUR };
    expect(await store.closesOf([one, other], stretch)).toEqual(
      new Map([
        [one, ['2', '4']],
        [other, ['0.50']],
      ]),
    );
  });
});

describe('importing', () => {
  it('does what writing does, counts as it goes, and changes nothing the second time', async () => {
    const symbol = newSymbol();
    const candles = minutes(symbol, MIDNIGHT - 700 * MINUTE, 1_200);
    const progress: number[] = [];
    const again = [...candles, ...candles.slice(0, 10)];
    const result = await store.importCandles('1m', stream(again), (rows) => progress.push(rows));
    expect(result).toEqual({ rows: 1_210, changed: 1_200 });
    expect(progress.at(-1)).toBe(1_210);
    expect((await stored(symbol, '1d')).map(({ trades }) => trades)).toEqual([2_100, 1_500]);
    expect(await store.importCandles('1m', stream(candles))).toEqual({ rows: 1_200, changed: 0 });
  });

  it('leaves no trace when the source fails on the way', async () => {
    const symbol = newSymbol();
    async function* failing(): AsyncGenerator<Candle> {
      yield* stream(minutes(symbol, MIDNIGHT, 900));
      throw new Error('line 901 is torn');
    }
    await expect(store.importCandles('1m', failing())).rejects.toThrow('line 901 is torn');
    expect(await stored(symbol, '1m')).toEqual([]);
    expect(await store.importCandles('1m', stream([]))).toEqual({ rows: 0, changed: 0 });
  });

  it('takes any symbol as it is', async () => {
    const symbol = `币\\安\t${newSymbol()}`;
    await store.importCandles('1d', stream([minute(symbol, MIDNIGHT, { interval: '1d' })]));
    expect(await store.latest(symbol, '1d')).toMatchObject({ symbol });
  });
});

describe('partitions', () => {
  it('are made for every month of a range, by many at once', async () => {
    const range = { from: Date.UTC(2015, 10, 30), to: Date.UTC(2016, 1, 1) };
    await Promise.all(Array.from({ length: 5 }, () => store.ensurePartitions(range)));
    const { rows } = await pool.query<{ name: string }>(
      `SELECT relname AS name FROM pg_class JOIN pg_inherits ON oid = inhrelid
       WHERE relname LIKE 'candle_201%' AND relkind = 'r' ORDER BY 1`,
    );
    expect(rows.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'candle_2015_11',
        'candle_2015_12',
        'candle_2016_01',
        'candle_2016_02',
      ]),
    );
  });
});

function decimal(value: bigint, decimals: number): string {
  const digits = value.toString().padStart(decimals + 1, '0');
  return `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

/** The items in an order and in batches that the seed decides, some of them twice. */
function shuffledBatches<Item>(items: readonly Item[], seed: readonly number[]): Item[][] {
  const shuffled = items
    .map((item, index) => ({ item, key: seed[index] ?? 0 }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
  const batches: Item[][] = [];
  for (let at = 0; at < shuffled.length;) {
    const size = 1 + ((seed[batches.length] ?? 0) % 25);
    batches.push(shuffled.slice(Math.max(0, at - 2), at + size));
    at += size;
  }
  return batches;
}
