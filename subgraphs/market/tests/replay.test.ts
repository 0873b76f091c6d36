import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { ConfigError } from '@spyhop/platform/config';
import { type Log, createLog } from '@spyhop/platform/log';
import { readFeedConfig } from '../feeds/config';
import { openRecording } from '../feeds/replay/recording';
import { type ReplayOptions, createReplaySource } from '../feeds/replay/replay-source';
import { chosenRecording } from '../feeds/sources';
import { RecordingSink } from './recording-sink';
import { TestTimers } from './test-timers';
import { until } from './until';

const SYMBOLS = new Map([
  ['BTCUSDT', 'BTC'],
  ['ETHUSDT', 'ETH'],
]);
const START = Date.UTC(2024, 7, 8, 23, 59, 58);

const wrapped = (stream: string, data: object): string => JSON.stringify({ stream, data });

const tradeFrame = (id: number, time: number, price: string, pair = 'BTCUSDT'): string =>
  wrapped(`${pair.toLowerCase()}@trade`, {
    e: 'trade',
    E: time,
    s: pair,
    t: id,
    p: price,
    q: '0.5',
    T: time,
    m: id % 2 === 0,
    M: true,
  });

const aggTradeFrame = (id: number, time: number, price: string): string =>
  wrapped('btcusdt@aggTrade', {
    e: 'aggTrade',
    E: time,
    s: 'BTCUSDT',
    a: id,
    p: price,
    q: '0.5',
    f: id,
    l: id + 1,
    T: time,
    m: false,
    M: true,
  });

const klineFrame = (openTime: number, close: string, closed: boolean): string =>
  wrapped('btcusdt@kline_1m', {
    e: 'kline',
    E: openTime + 2_000,
    s: 'BTCUSDT',
    k: {
      t: openTime,
      T: openTime + 59_999,
      s: 'BTCUSDT',
      i: '1m',
      f: 1,
      L: 2,
      o: '10',
      c: close,
      h: '12',
      l: '9',
      v: '5',
      n: 2,
      x: closed,
      q: '50',
      V: '1',
      Q: '10',
      B: '0',
    },
  });

/** Lines as a recorder writes them, `stepMs` apart. */
const linesOf = (frames: readonly string[], stepMs = 100, from = START): string =>
  frames.map((frame, at) => `${BigInt(from + at * stepMs) * 1_000_000n} ${frame}\n`).join('');

interface Logged {
  msg: string;
  [field: string]: unknown;
}

/** A log that keeps its warnings. */
function keepingLog(): { log: Log; warnings: Logged[] } {
  const warnings: Logged[] = [];
  const log = createLog({ name: 'test', level: 'silent' });
  log.warn = ((fields: object, msg: string) =>
    void warnings.push({ ...fields, msg })) as unknown as Log['warn'];
  return { log, warnings };
}

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'replay-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function save(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, content);
  return path;
}

/** Plays to the end, or until stopped, as fast as it goes unless told otherwise. */
async function play(
  path: string,
  options: Partial<ReplayOptions> = {},
): Promise<{ sink: RecordingSink; warnings: Logged[]; description: string }> {
  const { log, warnings } = keepingLog();
  const recording = await openRecording(path, SYMBOLS);
  const source = createReplaySource({
    recording,
    speed: 0,
    loop: false,
    timers: new TestTimers(),
    log,
    ...options,
  });
  const sink = new RecordingSink();
  await source.run(sink, new AbortController().signal);
  return { sink, warnings, description: source.description };
}

const tradeIds = (sink: RecordingSink): string[] => sink.trades.map(({ id }) => id);

describe('what can be replayed', () => {
  it('plays recorded frames, gzipped or not, and ends', async () => {
    const frames = [1, 2, 3].map((id) => tradeFrame(id, START + id, `6000${id}.10`));
    for (const [name, content] of [
      ['frames.txt', linesOf(frames)],
      ['frames.gz', gzipSync(linesOf(frames))],
    ] as const) {
      const { sink } = await play(await save(name, content));
      expect(sink.trades.map(({ symbol, price, time }) => [symbol, price, time])).toEqual([
        ['BTC', '60001.10', START + 1],
        ['BTC', '60002.10', START + 2],
        ['BTC', '60003.10', START + 3],
      ]);
      expect(sink.states).toEqual(['connected', 'ended']);
    }
  });

  it('merges the files of a folder by the time of receipt', async () => {
    await save(
      'a.gz',
      gzipSync(
        linesOf(
          [1, 3, 5].map((id) => tradeFrame(id, id, '1')),
          200,
        ),
      ),
    );
    const eth = [2, 4].map((id) => tradeFrame(id, id, '1', 'ETHUSDT'));
    await save('deeper/b', linesOf(eth, 200, START + 100));
    await save('c.gz', gzipSync(linesOf([tradeFrame(6, 6, '1')], 1, START + 1_000)));
    const { sink } = await play(folder);
    expect(tradeIds(sink)).toEqual(['1', '2', '3', '4', '5', '6']);
  });

  it('reads the figures of a day, and nothing of the order book or of other markets', async () => {
    const day = {
      e: '24hrMiniTicker',
      E: 5,
      s: 'BTCUSDT',
      c: '2',
      o: '1',
      h: '3',
      l: '1',
      v: '9',
      q: '18',
    };
    const frames = [
      wrapped('btcusdt@depth@100ms', {
        e: 'depthUpdate',
        E: 1,
        s: 'BTCUSDT',
        U: 1,
        u: 2,
        b: [],
        a: [],
      }),
      wrapped('btcusdt@bookTicker', { u: 1, s: 'BTCUSDT', b: '1', B: '1', a: '2', A: '1' }),
      wrapped('!miniTicker@arr', [day, { ...day, s: 'XYZUSDT' }]),
      tradeFrame(1, 7, '1', 'XYZUSDT'),
    ];
    const { sink, warnings } = await play(await save('frames', linesOf(frames)));
    expect(sink.stats).toEqual([
      {
        symbol: 'BTC',
        time: 5,
        last: '2',
        open: '1',
        high: '3',
        low: '1',
        volume: '9',
        quoteVolume: '18',
      },
    ]);
    expect([sink.trades, warnings]).toEqual([[], []]);
  });

  it('shows recorded minutes where there are any, and has them folded from trades where not', async () => {
    const open = Date.UTC(2024, 7, 8, 23, 59);
    const frames = [
      aggTradeFrame(1, START, '11'),
      klineFrame(open, '11', false),
      klineFrame(open, '11.5', true),
    ];
    const withMinutes = await save('with', linesOf(frames));
    const without = await save('without', linesOf(frames.slice(0, 1)));
    expect((await openRecording(withMinutes, SYMBOLS)).hasMinutes).toBe(true);
    expect((await openRecording(without, SYMBOLS)).hasMinutes).toBe(false);
    const { sink } = await play(withMinutes);
    expect(sink.minutes.map(({ close, closed }) => [close, closed])).toEqual([
      ['11', false],
      ['11.5', true],
    ]);
  });

  it("plays the exchange's bulk files, with times in ms and in µs", async () => {
    const micros = Date.UTC(2025, 0, 1) * 1_000 + 123;
    await save('BTCUSDT-aggTrades-2024-08-08.csv', `5,61000.10,0.2,7,9,${START},True,True\n`);
    await save(
      'ETHUSDT-trades-2025-01-01.csv.gz',
      gzipSync(`8,3300.5,2,6601,${micros},false,true\n`),
    );
    const { sink } = await play(folder);
    expect(sink.trades).toEqual([
      {
        symbol: 'BTC',
        id: '5',
        price: '61000.10',
        quantity: '0.2',
        time: START,
        aggressor: 'SELL',
        count: 3,
      },
      {
        symbol: 'ETH',
        id: '8',
        price: '3300.5',
        quantity: '2',
        time: Date.UTC(2025, 0, 1),
        aggressor: 'BUY',
        count: 1,
      },
    ]);
  });

  it('plays 1m candles of bulk files as they end', async () => {
    const open = Date.UTC(2024, 7, 8, 23, 58);
    const row = (at: number): string =>
      `${open + at * 60_000},10,12,9,11,5,${open + at * 60_000 + 59_999},55,2,1,11,0\n`;
    await save('BTCUSDT-1m-2024-08-08.csv', row(0) + row(1));
    const { sink } = await play(folder);
    expect(sink.minutes.map(({ openTime, closed }) => [openTime - open, closed])).toEqual([
      [0, true],
      [60_000, true],
    ]);
  });

  it('plays a market that is recorded twice only once', async () => {
    await save('a', linesOf([1, 2, 3].map((id) => tradeFrame(id, id, '1'))));
    await save(
      'b',
      linesOf(
        [2, 3, 4].map((id) => tradeFrame(id, id, '1')),
        100,
        START + 150,
      ),
    );
    await save(
      'c',
      linesOf(
        [9, 10].map((id) => aggTradeFrame(id, id, '1')),
        100,
        START + 90,
      ),
    );
    expect(tradeIds((await play(folder)).sink)).toEqual(['1', '2', '3', '4']);
  });
});

describe('what cannot be replayed', () => {
  it('says so in one line and gives the reasons', async () => {
    const reasonFor = (path: string): Promise<unknown> =>
      openRecording(path, SYMBOLS).catch((err: unknown) => err);
    const readme = await save('README.md', '# not data\n');
    const coarse = await save(
      'BTCUSDT-1h-2024-08.csv',
      `${START - (START % 3_600_000)},1,1,1,1,1\n`,
    );
    const other = await save('frames', linesOf([tradeFrame(1, 1, '1', 'XYZUSDT')]));
    const damaged = await save('frames.gz', Buffer.from('no gzip'));
    expect(await reasonFor(join(folder, 'missing'))).toMatchObject({
      message: `${join(folder, 'missing')} cannot be replayed: it does not exist`,
    });
    for (const [path, reason] of [
      [readme, "it holds neither recorded frames nor an exchange's bulk rows"],
      [coarse, 'only trades and 1m candles can be played; import other candles'],
      [other, 'its frames hold no trade or 1m candle of a tracked asset'],
      [damaged, 'the compressed data are damaged'],
    ] as const) {
      expect(await reasonFor(path)).toMatchObject({
        message: `${path} has nothing to replay: ${path}: ${reason}`,
      });
    }
    const all = await reasonFor(folder);
    expect(all).toMatchObject({
      message: expect.stringMatching(/nothing to replay: .*and 1 more\)$/),
    });
    await mkdir(join(folder, 'empty'));
    expect(await reasonFor(join(folder, 'empty'))).toMatchObject({
      message: expect.stringContaining('the folder is empty'),
    });
  });

  it('is a fault of the configuration, so that the process ends with one clear line', async () => {
    const config = readFeedConfig({
      MARKET_SOURCE: 'replay',
      REPLAY_PATH: join(folder, 'missing'),
      DATABASE_URL: 'postgresql://localhost/none',
      REDIS_URL: 'redis://localhost',
    });
    const error = await chosenRecording(config).catch((err: unknown) => err);
    expect(error).toBeInstanceOf(ConfigError);
    expect(error).toMatchObject({
      faults: [`REPLAY_PATH: ${join(folder, 'missing')} cannot be replayed: it does not exist`],
    });
  });

  it('is named by file and line, and costs nothing but the line', async () => {
    const good = [1, 2, 3, 4].map((id) => tradeFrame(id, id, '1'));
    const [one, two, three, four] = linesOf(good).split(/(?<=\n)/);
    const path = await save(
      'frames',
      `${one}garbage\n${two?.slice(0, 60)}\n${three}${four?.slice(0, -20)}`,
    );
    const { sink, warnings } = await play(path);
    expect(tradeIds(sink)).toEqual(['1', '3']);
    expect(warnings).toEqual([
      expect.objectContaining({
        file: path,
        line: 2,
        fault: 'it does not begin with a time and a frame',
      }),
      expect.objectContaining({ file: path, lines: 3 }),
    ]);
  });

  it('is the end of a file that is cut short: what is before it and the other files play', async () => {
    const noise = (id: number): string => String(Math.sin(id)).slice(-9);
    const many = Array.from({ length: 5_000 }, (_, id) => tradeFrame(id, id, `6.${noise(id)}`));
    const packed = gzipSync(linesOf(many, 1));
    const cut = await save('cut.gz', packed.subarray(0, packed.length / 2));
    await save(
      'whole.gz',
      gzipSync(linesOf([tradeFrame(1, 1, '1', 'ETHUSDT')], 1, START + 60_000)),
    );
    const { sink, warnings } = await play(folder);
    const btc = sink.trades.filter(({ symbol }) => symbol === 'BTC');
    expect(btc.length).toBeGreaterThan(1_000);
    expect(btc.map(({ id }) => id)).toEqual(btc.map((_, id) => String(id)));
    expect(sink.trades.at(-1)?.symbol).toBe('ETH');
    expect(warnings).toEqual([
      expect.objectContaining({
        file: cut,
        line: btc.length + 1,
        fault: 'the compressed data end early; the rest of this file is lost',
      }),
    ]);
  });

  it('is a bad row of a bulk file, named by its line', async () => {
    const rows = [1, 2, 3].map((id) => `${id},61000.10,0.2,${id},${id},${START + id},True,True\n`);
    rows[1] = rows[1]?.replace('61000.10', 'abc') ?? '';
    const path = await save('BTCUSDT-aggTrades-2024-08-08.csv', rows.join(''));
    const { sink, warnings } = await play(path);
    expect(tradeIds(sink)).toEqual(['1', '3']);
    expect(warnings).toEqual([
      expect.objectContaining({
        file: path,
        line: 2,
        fault: 'price "abc" is not a decimal number',
      }),
    ]);
  });
});

describe('the pace of a replay', () => {
  const frames = [1, 2, 3].map((id) => tradeFrame(id, START + id, '1'));

  it.each([
    [1, [1, 1, 2, 2, 3]],
    [2, [1, 2, 3, 3, 3]],
  ])('is as recorded times the speed (%d)', async (speed, counts) => {
    const path = await save('frames', linesOf(frames, 1_000));
    const timers = new TestTimers();
    const sink = new RecordingSink();
    const recording = await openRecording(path, SYMBOLS);
    const { log } = keepingLog();
    const source = createReplaySource({ recording, speed, loop: false, timers, log });
    const running = source.run(sink, new AbortController().signal);
    await until('the first trade is played', () => timers.size === 1);
    const played: number[] = [];
    for (const expected of counts) {
      await until('the trades due are played', () => sink.trades.length === expected);
      await nextTurn();
      played.push(sink.trades.length);
      timers.advance(500);
    }
    expect(played).toEqual(counts);
    await running;
  });

  it('is told to people', async () => {
    const path = await save('my-frames', linesOf(frames));
    const told = async (options: Partial<ReplayOptions>): Promise<string> =>
      (await play(path, options)).description;
    expect(await told({})).toBe(
      'Replay of my-frames, recorded from 2024-08-08 23:59 UTC, as fast as it goes.',
    );
  });

  it('ends at once when told to, also in the middle of a pause', async () => {
    const path = await save('frames', linesOf(frames, 3_600_000));
    const timers = new TestTimers();
    const sink = new RecordingSink();
    const stop = new AbortController();
    const { log } = keepingLog();
    const recording = await openRecording(path, SYMBOLS);
    const source = createReplaySource({ recording, speed: 1, loop: false, timers, log });
    const running = source.run(sink, stop.signal);
    await until('it waits for the second trade', () => timers.size === 1);
    stop.abort();
    await running;
    expect(timers.size).toBe(0);
    expect(sink.states).toEqual(['connected']);
  });

  it('waits, as fast as it goes, for whoever stores what was played', async () => {
    const many = Array.from({ length: 12_000 }, (_, id) => tradeFrame(id, START + id, '1'));
    const path = await save('frames', linesOf(many, 1));
    const sink = new RecordingSink();
    const releases: (() => void)[] = [];
    const stuck = Object.assign(sink, {
      settled: () => new Promise<void>((resolve) => releases.push(resolve)),
    });
    const stop = new AbortController();
    const { log } = keepingLog();
    const recording = await openRecording(path, SYMBOLS);
    const timers = new TestTimers();
    const source = createReplaySource({ recording, speed: 0, loop: false, timers, log });
    const running = source.run(stuck, stop.signal);
    await until('it waits at the start', () => releases.length === 1);
    releases[0]?.();
    await until('it waits again', () => releases.length === 2);
    expect(sink.trades).toHaveLength(5_000);
    stop.abort();
    await running;
  });
});

describe('a replay in a loop', () => {
  it('goes on in time, whole minutes later, with ids of its own', async () => {
    const path = await save(
      'frames',
      linesOf([tradeFrame(1, START, '1'), tradeFrame(2, START + 3_000, '2')]),
    );
    const timers = new TestTimers();
    const sink = new RecordingSink();
    const stop = new AbortController();
    const { log } = keepingLog();
    const recording = await openRecording(path, SYMBOLS);
    const source = createReplaySource({ recording, speed: 1, loop: true, timers, log });
    const running = source.run(sink, stop.signal);
    for (const count of [1, 3, 5]) {
      await until('the trades due are played', () => sink.trades.length === count);
      await until('the next one is waited for', () => timers.size === 1);
      timers.advance(100);
    }
    stop.abort();
    await running;
    expect(sink.trades.slice(0, 5).map(({ id, time }) => [id, time - START])).toEqual([
      ['1', 0],
      ['2', 3_000],
      ['1-2', 120_000],
      ['2-2', 123_000],
      ['1-3', 240_000],
    ]);
    expect(sink.states).toEqual(['connected']);
  });
});
