import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type TestDatabase, testDatabase } from '@spyhop/platform/testkit/database';
import { createPrisma, type PrismaClient } from '@spyhop/prisma/client';
import { migrate } from '@spyhop/prisma/migrate';
import pg from 'pg';
import { importCommand } from '../import';
import { type ImportProgress, type ImportSummary, importFiles } from '../jobs/import';
import type { Candle } from '../rules/market-data';
import { KEEP_EVERYTHING } from '../rules/retention';
import { type AssetStore, createAssetStore } from '../store/assets';
import { type CandleStore, createCandleStore } from '../store/candles';
import { zipOf } from './zip-file';

let database: TestDatabase;
let pool: pg.Pool;
let prisma: PrismaClient;
let candles: CandleStore;
let assets: AssetStore;
let folder: string;
let progress: ImportProgress[];

beforeAll(async () => {
  database = await testDatabase(migrate);
  pool = new pg.Pool({ connectionString: database.url });
  pool.on('error', () => undefined);
  prisma = createPrisma(database.url);
  candles = createCandleStore({ pool, retention: KEEP_EVERYTHING });
  assets = createAssetStore({ prisma });
});

afterAll(async () => {
  await Promise.all([pool.end(), prisma.$disconnect()]);
  await database.drop();
});

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spyhop-import-'));
  progress = [];
});

afterEach(async () => {
  await rm(folder, { recursive: true });
  await pool.query('TRUNCATE market.candle, market.asset');
});

const NOW = Date.UTC(2026, 0, 2, 12);

const importAll = (
  paths: string[] = [folder],
  interval: Candle['interval'] | null = null,
): Promise<ImportSummary> =>
  importFiles(paths, interval, {
    candles,
    assets,
    clock: () => NOW,
    onProgress: (step) => progress.push(step),
  });

async function put(name: string, content: string | Buffer): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

const allOf = (symbol: string, interval: Candle['interval']): Promise<Candle[]> =>
  candles.stretches([symbol], [{ interval, from: 0, to: Date.UTC(2100, 0) }]);

const START = Date.UTC(2025, 0, 1);
const HEADER =
  'open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,taker_buy_quote_volume,ignore';

const kline = (openTime: number | string, close = '0.315'): string =>
  `${String(openTime)},0.31,0.32,0.30,${close},27.5,0,8.53,2,0,0,0`;

const minutes = (count: number, from = START): string[] =>
  Array.from({ length: count }, (_, index) => kline(from + index * 60_000));

describe('the same candles', () => {
  const rows = minutes(90);
  const inMicroseconds = rows.map((row) => row.replace(/^\d+/, (ms) => `${ms}000`));
  const asJson = `[${rows.map((row) => `[${row.split(',').slice(0, 6).join(', ')}]`).join(',\n ')}]`;

  it.each<[string, string | Buffer]>([
    ['DOGEUSDT-1m-2025-01-01.csv', rows.join('\n')],
    ['DOGEUSDT-1m-2025-01-01.csv', `\n${[HEADER, ...rows].join('\r\n')}\r\n`.trimStart()],
    ['DOGEUSDT-1m-2025-01-01.csv', `${inMicroseconds.join('\n')}\n`],
    ['DOGEUSDT-1m-2025-01-01.csv.gz', gzipSync(rows.join('\n'))],
    ['DOGEUSDT-1m-2025-01-01.zip', zipOf('DOGEUSDT-1m-2025-01-01.csv', inMicroseconds.join('\n'))],
    ['DOGE_USDT-1m.json', asJson],
    ['DOGE_USDT-1m.json.gz', gzipSync(asJson)],
  ])('come out of %s', async (name, content) => {
    await put(name, content);
    expect(await importAll()).toMatchObject({ files: 1, rows: 90, changed: 90, unfinished: 0 });
    const hours = await allOf('DOGE', '1h');
    expect(
      hours.map(({ openTime, open, close, volume }) => [openTime, open, close, volume]),
    ).toEqual([
      [START, '0.31', '0.315', '1650.0'],
      [START + 3_600_000, '0.31', '0.315', '825.0'],
    ]);
    expect(await importAll()).toMatchObject({ rows: 90, changed: 0 });
  });
});

describe('numbers in JSON', () => {
  it('keep every digit, and lose those that floating point has added', async () => {
    await put(
      'XRP_USDT-1m.json',
      `[[${START}, 1.123456789, 1.1234567890123456789, 4.0e-05, 0.70000000000000007, 1371255.3999999999]]`,
    );
    await importAll();
    expect(await allOf('XRP', '1m')).toMatchObject([
      {
        open: '1.123456789',
        high: '1.1234567890123456789',
        low: '0.00004',
        close: '0.7',
        volume: '1371255.4',
      },
    ]);
  });
});

describe('trades', () => {
  const aggTrades = [
    `1,100.5,2,11,12,${START}000,True,True`,
    `2,101,1,13,13,${START + 59_999}000,False,True`,
    `3,99.25,4,14,17,${START + 180_000}000,false,true`,
  ];

  it('are folded into minutes, gaps stay gaps', async () => {
    await put(
      'BTCUSDT-aggTrades-2025-01-01.zip',
      zipOf('BTCUSDT-aggTrades.csv', aggTrades.join('\n')),
    );
    expect(await importAll()).toMatchObject({ rows: 2, changed: 2 });
    expect(await allOf('BTC', '1m')).toMatchObject([
      {
        openTime: START,
        open: '100.5',
        high: '101',
        close: '101',
        volume: '3',
        trades: 3,
        quoteVolume: '302',
      },
      { openTime: START + 180_000, volume: '4', trades: 4, quoteVolume: '397' },
    ]);
  });

  it('are read one by one too, with a header', async () => {
    const header = 'id,price,qty,quote_qty,time,is_buyer_maker,is_best_match';
    await put('BTCUSDT-trades-2025-01-01.csv', `${header}\n7,100,2,200,${START},true,true\n`);
    await importAll();
    expect(await allOf('BTC', '1m')).toMatchObject([{ open: '100', volume: '2', trades: 1 }]);
  });

  it('that jump back in time are refused', async () => {
    const [first, , third] = aggTrades;
    const path = await put('BTCUSDT-aggTrades-2025-01-01.csv', [third, first].join('\n'));
    await expect(importAll()).rejects.toThrow(`${path}, line 2: its trade is minutes older`);
  });
});

describe('a checksum', () => {
  const content = minutes(3).join('\n');
  const actual = createHash('sha256').update(content).digest('hex');

  it('that agrees lets the file in', async () => {
    await put('BTCUSDT-1m-2025-01-01.csv', content);
    await put('BTCUSDT-1m-2025-01-01.csv.CHECKSUM', `${actual}  BTCUSDT-1m-2025-01-01.csv\n`);
    expect(await importAll()).toMatchObject({ changed: 3, skipped: [] });
  });

  it('that differs is shown with the real one, and nothing at all is imported', async () => {
    const expected = 'ab'.repeat(32);
    await put('ADAUSDT-1m-2025-01-01.csv', content);
    const path = await put('BTCUSDT-1m-2025-01-01.csv', content);
    await put('BTCUSDT-1m-2025-01-01.csv.CHECKSUM', `${expected}  BTCUSDT-1m-2025-01-01.csv\n`);
    await expect(importAll()).rejects.toThrow(
      `${path}: its SHA-256 sum is ${actual}, but BTCUSDT-1m-2025-01-01.csv.CHECKSUM says ${expected}`,
    );
    expect(await allOf('ADA', '1m')).toEqual([]);
  });
});

describe('a file that is', () => {
  const text = minutes(3_000).join('\n');

  it('cut short says how far it could be read, and is left out whole', async () => {
    const path = await put('BTCUSDT-1m-2025-01.csv.gz', gzipSync(text).subarray(0, -2_000));
    const pattern = new RegExp(`${path}(, after line \\d+)?: the compressed data end early`);
    await expect(importAll()).rejects.toThrow(pattern);
    expect(await allOf('BTC', '1m')).toEqual([]);
  });

  it('damaged says so', async () => {
    const damaged = gzipSync(text);
    damaged.writeUInt32LE(0, damaged.length - 8);
    const path = await put('BTCUSDT-1m-2025-01.csv.gz', damaged);
    const pattern = new RegExp(`${path}, after line \\d+: the compressed data are damaged`);
    await expect(importAll()).rejects.toThrow(pattern);
    expect(await allOf('BTC', '1m')).toEqual([]);
  });

  it('a damaged or foreign zip says so', async () => {
    const zip = zipOf('BTCUSDT-1m.csv', minutes(3).join('\n'));
    await put('BTCUSDT-1m-2025-01.zip', zip.subarray(0, -30));
    await expect(importAll()).rejects.toThrow('it is no complete zip file');
    await put('BTCUSDT-1m-2025-01.zip', zipOf('readme.txt', 'hello'));
    await expect(importAll()).rejects.toThrow('there is no .csv file in it');
  });

  it('broken in a line names file and line', async () => {
    const path = await put(
      'BTCUSDT-1m-2025-01.csv',
      [HEADER, ...minutes(4), kline('soon')].join('\n'),
    );
    await expect(importAll()).rejects.toThrow(`${path}, line 6: open time "soon" is neither`);
  });

  it.each([
    ['[[1735689600000,2,3,4,5,6],', 'it ends early'],
    ['{"a": [1]}', 'is not a list of numbers'],
    ['[[1,2,3,4,5,[6]]]', 'row 1'],
    ['[["1",2,3,4,5,6]]', 'row 1: open time'],
  ])('broken JSON says so: %s', async (content, fault) => {
    await put('BTC_USDT-1m.json', content);
    await expect(importAll()).rejects.toThrow(fault);
  });

  it('empty imports nothing', async () => {
    await put('BTCUSDT-1m-2025-01.csv', '');
    await put('BTC_USDT-1m.json', '[]');
    expect(await importAll()).toMatchObject({ files: 2, rows: 0, changed: 0 });
  });
});

describe('an import', () => {
  it('takes the interval as argument where the name does not say it, and refuses a contradiction', async () => {
    const path = await put('BTCUSDT.csv', kline(START));
    await expect(importAll()).rejects.toThrow(`${path}: its name does not say which interval`);
    expect(await importAll([path], '4h')).toMatchObject({ changed: 1 });
    await put('BTCUSDT-1m-2025.csv', kline(START));
    await expect(importAll([folder], '4h')).rejects.toThrow('holds 1m candles by its name, not 4h');
  });

  it('passes over other files in a folder and says which, but refuses one that is named itself', async () => {
    await put('BTCUSDT-1m-2025.csv', kline(START));
    const note = await put('notes.txt', 'hello');
    const { files, skipped } = await importAll();
    expect({ files, skipped }).toEqual({
      files: 1,
      skipped: [`${note}: it is no .csv, .csv.gz, .json, .json.gz or .zip file`],
    });
    await expect(importAll([note])).rejects.toThrow(note);
    await expect(importAll([join(folder, 'nothing')])).rejects.toThrow('no such file or folder');
  });

  it('adds assets that were not tracked, described as far as they are known', async () => {
    await put('BTCUSDT-1m-2025.csv', kline(START));
    await put('NEWCOINUSDT-1m-2025.csv', kline(START));
    expect(await importAll()).toMatchObject({ addedAssets: 2 });
    expect(await assets.list()).toMatchObject([
      { symbol: 'BTC', name: 'Bitcoin', pair: 'BTCUSDT', priceDecimals: 2 },
      { symbol: 'NEWCOIN', name: 'NEWCOIN', pair: 'NEWCOINUSDT' },
    ]);
    expect(await importAll()).toMatchObject({ addedAssets: 0 });
  });

  it('leaves out candles that are still growing, or were when the file was saved', async () => {
    await put(
      'BTCUSDT-1d-2026-01.csv',
      [kline(NOW - 36 * 3_600_000), kline(NOW - 12 * 3_600_000)].join('\n'),
    );
    const saved = [kline('2024-01-01 00:00:00+00:00'), kline('2024-01-02 00:00:00+00:00')];
    await put('ETHUSDT_1d.csv', saved.join('\n'));
    expect(await importAll()).toMatchObject({ rows: 2, unfinished: 2 });
    expect((await allOf('ETH', '1d')).map(({ openTime }) => openTime)).toEqual([
      Date.UTC(2024, 0, 1),
    ]);
  });

  it('tells how far it is, up to the last byte and row', async () => {
    await put('ADAUSDT-1m-2025.csv', minutes(1_200).join('\n'));
    await put('BTCUSDT-1m-2025.zip', zipOf('BTCUSDT-1m.csv', minutes(800).join('\n')));
    await importAll();
    const last = progress.at(-1);
    expect(last?.rows).toBe(2_000);
    expect((last?.bytes ?? 0) / (last?.totalBytes ?? 1)).toBeGreaterThan(0.98);
    const rows = progress.map((step) => step.rows);
    expect(rows).toEqual([...rows].sort((a, b) => a - b));
  });

  it('goes on where it was stopped when it is repeated', async () => {
    await put('ADAUSDT-1m-2025.csv', minutes(10).join('\n'));
    await put('BTCUSDT-1m-2025.csv', [...minutes(10), 'torn'].join('\n'));
    await expect(importAll()).rejects.toThrow('line 11');
    await put('BTCUSDT-1m-2025.csv', minutes(10).join('\n'));
    expect(await importAll()).toMatchObject({ rows: 20, changed: 10 });
  });
});

describe('the command', () => {
  const run = async (args: string[], isTTY: boolean): Promise<string> => {
    const written: string[] = [];
    await importCommand(args, database.url, { isTTY, write: (text) => written.push(text) });
    return written.join('');
  };

  it('shows rows, speed and percentage while it runs, and what it did at the end', async () => {
    await put('BTCUSDT-1m-2025.csv', minutes(1_000).join('\n'));
    const shown = await run([folder], true);
    expect(shown.split('\r\u001b[K')[1]).toMatch(
      /^ *\d+ % {2}500 rows, [\d,]+ rows\/s {2}BTCUSDT-1m-2025.csv$/,
    );
    expect(shown).toContain('BTCUSDT-1m-2025.csv, storing it');
    expect(shown).toMatch(/1,000 rows, [\d,]+ rows\/s from 1 file; 1,000 changed\n/);
    expect(await run([folder, '--interval', '1m'], false)).toContain('; 0 changed\n');
  });

  it('names some of the files it passes over, and counts the others', async () => {
    await put('BTCUSDT-1m-2025.csv', minutes(1).join('\n'));
    for (let n = 1; n <= 7; n += 1) await put(`note-${String(n)}.txt`, '');
    const shown = await run([folder], false);
    expect(shown).toContain(`skipped ${join(folder, 'note-5.txt')}: it is no .csv`);
    expect(shown).not.toContain('note-6.txt');
    expect(shown).toContain('skipped 2 more files\n');
  });

  it('shows how it is used when it is not used right', async () => {
    await expect(run([], false)).rejects.toThrow('usage: npm run import');
    await expect(run([folder, '--interval', '2m'], false)).rejects.toThrow('1m|5m|15m|1h|4h|1d');
  });
});
