import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type TestDatabase, testDatabase } from '@spyhop/platform/testkit/database';
import { describeRecorded } from '@spyhop/platform/testkit/recorded-data';
import type { CandleInterval } from '@spyhop/platform/topics';
import { createPrisma, type PrismaClient } from '@spyhop/prisma/client';
import { migrate } from '@spyhop/prisma/migrate';
import pg from 'pg';
import { type ImportSummary, importFiles } from '../jobs/import';
import { KEEP_EVERYTHING } from '../rules/retention';
import { createAssetStore } from '../store/assets';
import { type CandleStore, createCandleStore } from '../store/candles';
import { type NaiveCandle, naive, naiveRollUp, units } from './naive-candles';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const INTERVALS = [
  ['1m', MINUTE],
  ['5m', 5 * MINUTE],
  ['15m', 15 * MINUTE],
  ['1h', HOUR],
  ['4h', 4 * HOUR],
  ['1d', DAY],
] as const;
/** Some tens of seconds where nothing else runs. */
const IMPORT_LIMIT_MS = 900_000;

/** Read straight from the files, with nothing of the project but its names of pairs. */
const textOf = (path: string): string => gunzipSync(readFileSync(path)).toString();

const bare = (fields: readonly string[], openTime: number): NaiveCandle => {
  const [, open = '', high = '', low = '', close = '', volume = ''] = fields;
  return {
    openTime,
    open: units(open),
    high: units(high),
    low: units(low),
    close: units(close),
    volume: units(volume),
    quoteVolume: null,
    trades: null,
  };
};

type Line = readonly [openTime: number, fields: string[]];

const minuteLines = (path: string): Line[] =>
  textOf(path)
    .slice(2, -2)
    .split('],[')
    .map((row) => row.split(',').map(asQuoted))
    .map((fields) => [Number(fields[0]), fields]);

/** The recorder kept its numbers as doubles: 1371255.4 stands there as 1371255.3999999999. */
const asQuoted = (text: string): string =>
  /\.\d{9,}$/.test(text) ? Number(text).toFixed(4) : text;

const csvLines = (path: string): Line[] =>
  textOf(path)
    .trim()
    .split('\n')
    .slice(1)
    .map((row) => row.split(','))
    .map((fields) => [Date.parse(`${fields[0]?.slice(0, 19).replace(' ', 'T') ?? ''}Z`), fields]);

const candlesOf = (lines: readonly Line[]): NaiveCandle[] =>
  lines.map(([openTime, fields]) => bare(fields, openTime));

const bucketsOf = (lines: readonly Line[], length: number): number[] => [
  ...new Set(lines.map(([openTime]) => openTime - (openTime % length))),
];

/** Symbols by the file that holds them. */
const filesIn = (folder: string): Map<string, string> =>
  new Map(
    readdirSync(folder).map((file) => [file.replace(/_?USDT.*$/, ''), join(folder, file)] as const),
  );

const known = ({ openTime, open, high, low, close, volume }: NaiveCandle): string =>
  [openTime, open, high, low, close, volume].join(' ');

/** Hours in which the exchange's own minutes lack trades. */
const LACKING_VOLUME = [
  '2021-04-22T02:00:00.000Z',
  '2021-04-23T01:00:00.000Z',
  '2021-04-23T02:00:00.000Z',
];

describeRecorded(describe, "a month of the exchange's minutes", 'candles', (folder) => {
  const minuteFiles = filesIn(join(folder, 'binance-spot-1m-2021-04-20_2021-05-20'));
  const hourFiles = new Map(
    [...filesIn(join(folder, 'binance-spot-1h-2021-04_2023-12'))].filter(([symbol]) =>
      minuteFiles.has(symbol),
    ),
  );
  const dayFiles = filesIn(join(folder, 'binance-spot-1d-2018_2026'));
  let database: TestDatabase;
  let pool: pg.Pool;
  let prisma: PrismaClient;
  let store: CandleStore;
  let first: ImportSummary;

  const importFolder = (files: Map<string, string>): Promise<ImportSummary> =>
    importFiles([...files.values()], null, {
      candles: store,
      assets: createAssetStore({ prisma }),
      clock: () => Date.UTC(2026, 5, 1),
      onProgress: () => undefined,
    });

  const stored = async (symbol: string, interval: CandleInterval): Promise<NaiveCandle[]> => {
    const all = { interval, from: 0, to: Date.UTC(2100, 0) };
    return (await store.stretches([symbol], [all])).map(naive);
  };

  const storedTimes = async (symbol: string, interval: CandleInterval): Promise<number[]> => {
    const { rows } = await pool.query<{ time: number }>(
      `SELECT (extract(epoch FROM open_time) * 1000)::float8 AS time FROM market.candle
       WHERE symbol = $1 AND interval = $2 ORDER BY open_time`,
      [symbol, interval],
    );
    return rows.map(({ time }) => time);
  };

  /** When those candles open that are stored differently, or not at all. */
  const differingTimes = async (
    symbol: string,
    interval: CandleInterval,
    expected: readonly NaiveCandle[],
  ): Promise<string[]> => {
    const rolled = new Set((await stored(symbol, interval)).map(known));
    const differing = expected.filter((candle) => !rolled.has(known(candle)));
    return differing.map(({ openTime }) => new Date(openTime).toISOString());
  };

  /** Changes whenever any row does. */
  const fingerprint = async (): Promise<unknown> =>
    (
      await pool.query(
        'SELECT count(*), sum(hashtextextended(candle::text, 0)::numeric) FROM market.candle',
      )
    ).rows[0];

  beforeAll(async () => {
    database = await testDatabase(migrate);
    pool = new pg.Pool({ connectionString: database.url });
    pool.on('error', () => undefined);
    prisma = createPrisma(database.url);
    store = createCandleStore({ pool, retention: KEEP_EVERYTHING });
    first = await importFolder(minuteFiles);
  }, IMPORT_LIMIT_MS);

  afterAll(async () => {
    await Promise.all([pool.end(), prisma.$disconnect()]);
    await database.drop();
  });

  it('is imported whole, with the crash of 19 May 2021', async () => {
    expect(first).toMatchObject({ files: 20, rows: 858_304, changed: 858_304, addedAssets: 20 });
    const [crash] = (await stored('BTC', '1d')).filter(
      ({ openTime }) => openTime === Date.UTC(2021, 4, 19),
    );
    expect(crash?.low).toBe(units('30000'));
  });

  it(
    'keeps the gap of the outage of 25 April 2021 in every interval',
    async () => {
      for (const [symbol, path] of minuteFiles) {
        const lines = minuteLines(path);
        for (const [interval, length] of INTERVALS) {
          const times = await storedTimes(symbol, interval);
          expect([symbol, interval, times.join()]).toEqual([
            symbol,
            interval,
            bucketsOf(lines, length).join(),
          ]);
        }
        expect(bucketsOf(lines, HOUR)).not.toContain(Date.UTC(2021, 3, 25, 5));
      }
    },
    IMPORT_LIMIT_MS,
  );

  it(
    'is rolled up to the last digit',
    async () => {
      for (const symbol of ['BTC', 'BTT', 'XTZ']) {
        const minutes = candlesOf(minuteLines(minuteFiles.get(symbol) ?? ''));
        for (const [interval, length] of INTERVALS) {
          const expected = [...naiveRollUp(minutes, length).values()];
          expect((await stored(symbol, interval)).map(known)).toEqual(expected.map(known));
        }
      }
    },
    IMPORT_LIMIT_MS,
  );

  it(
    "agrees, rolled up to hours, with the exchange's own hours but for those that lack volume",
    async () => {
      let compared = 0;
      for (const [symbol, hourFile] of hourFiles) {
        const full = fullBuckets(minuteLines(minuteFiles.get(symbol) ?? ''), HOUR, 60);
        const own = candlesOf(csvLines(hourFile).filter(([openTime]) => full.has(openTime)));
        compared += own.length;
        expect([symbol, await differingTimes(symbol, '1h', own)]).toEqual([symbol, LACKING_VOLUME]);
      }
      expect(compared).toBe(11 * 714);
    },
    IMPORT_LIMIT_MS,
  );

  it(
    'is not changed by a second import',
    async () => {
      const before = await fingerprint();
      expect(await importFolder(minuteFiles)).toMatchObject({ rows: 858_304, changed: 0 });
      expect(await fingerprint()).toEqual(before);
    },
    IMPORT_LIMIT_MS,
  );

  it(
    "goes together with the exchange's hours, which agree with its days when rolled up",
    async () => {
      const hours = await importFolder(hourFiles);
      expect(hours).toMatchObject({ files: 11, rows: 10 * 23_988 + 23_989 });
      let compared = 0;
      for (const [symbol, dayFile] of dayFiles) {
        const hourFile = hourFiles.get(symbol);
        if (hourFile === undefined) continue;
        const full = fullBuckets(csvLines(hourFile), DAY, 24);
        const own = candlesOf(csvLines(dayFile).filter(([openTime]) => full.has(openTime)));
        compared += own.length;
        expect([symbol, await differingTimes(symbol, '1d', own)]).toEqual([symbol, []]);
      }
      expect(compared).toBe(11 * 994);
    },
    IMPORT_LIMIT_MS,
  );

  it(
    "takes the exchange's days but for the last, which was unfinished",
    async () => {
      const days = await importFolder(dayFiles);
      expect(days).toMatchObject({ files: 30, rows: 65_689 - 30, unfinished: 30 });
      expect(await importFolder(dayFiles)).toMatchObject({ rows: 65_689 - 30, changed: 0 });
    },
    IMPORT_LIMIT_MS,
  );
});

/** The buckets that hold `count` candles. */
function fullBuckets(lines: readonly Line[], length: number, count: number): Set<number> {
  const counts = new Map<number, number>();
  for (const [openTime] of lines) {
    const bucket = openTime - (openTime % length);
    counts.set(bucket, (counts.get(bucket) ?? 0) + 1);
  }
  return new Set([...counts].filter(([, found]) => found === count).map(([bucket]) => bucket));
}
