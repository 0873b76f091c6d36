import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { constants, gunzipSync } from 'node:zlib';
import { type OnFrame, recordFrames } from '@spyhop/platform/frame-file';
import { createLog } from '@spyhop/platform/log';
import { openRecording } from '../feeds/replay/recording';
import { createReplaySource } from '../feeds/replay/replay-source';
import { recordMarket } from '../record';
import { BinanceExchange } from './binance-exchange';
import { RecordingSink } from './recording-sink';
import { TestTimers } from './test-timers';
import { until } from './until';

const SYMBOLS = new Map([['BTCUSDT', 'BTC']]);

let folder: string;
let exchange: BinanceExchange;
let ending: AbortController;

beforeEach(async () => {
  ending = new AbortController();
  folder = await mkdtemp(join(tmpdir(), 'record-'));
  exchange = await BinanceExchange.open();
  exchange.list('BTCUSDT', '100');
});

afterEach(async () => {
  ending.abort();
  await exchange.close();
  await rm(folder, { recursive: true });
});

async function replayed(path: string): Promise<RecordingSink> {
  const sink = new RecordingSink();
  const log = createLog({ name: 'test', level: 'silent' });
  const source = createReplaySource({
    recording: await openRecording(path, SYMBOLS),
    speed: 0,
    loop: false,
    timers: new TestTimers(),
    log,
  });
  await source.run(sink, new AbortController().signal);
  return sink;
}

/** Records from the exchange with the command; `stop` is Ctrl-C. */
function record(path: string, args: readonly string[] = []) {
  const written: string[] = [];
  const environment = {
    MARKET_SYMBOLS: 'BTC',
    BINANCE_STREAM_HOSTS: exchange.streamHost,
    BINANCE_REST_HOSTS: exchange.restHost,
  };
  const output = { isTTY: true, write: (text: string) => written.push(text) };
  const running = recordMarket(['--out', path, ...args], environment, output, ending.signal);
  return { running, written, stop: () => ending.abort() };
}

const subscribed = (): Promise<void> =>
  until('the streams are subscribed', () => (exchange.connections[0]?.streams.size ?? 0) >= 3);

describe('npm run record', () => {
  it.each(['live.gz', 'live.txt'])(
    'writes frames to %s that a replay plays again',
    async (name) => {
      const path = join(folder, name);
      const { running, written, stop } = record(path);
      await subscribed();
      exchange.trade('BTCUSDT', '61837.64', { quantity: '0.5', buyerIsMaker: true });
      exchange.sendTickers();
      exchange.sendMinute('BTCUSDT');
      exchange.trade('BTCUSDT', '61838.01');
      exchange.sendMinute('BTCUSDT', true);
      await until('all frames are recorded', () => written.some((text) => /K5 frames/.test(text)));
      stop();
      expect(await running).toMatchObject({ frames: 5 });
      expect(written.at(-1)).toMatch(/5 frames, 0\.0 MB in .*live/);
      const sink = await replayed(path);
      expect(sink.trades).toMatchObject([
        { symbol: 'BTC', price: '61837.64000000', quantity: '0.50000000', aggressor: 'SELL' },
        { symbol: 'BTC', price: '61838.01000000', aggressor: 'BUY' },
      ]);
      expect(sink.minutes.map(({ closed }) => closed)).toEqual([false, true]);
      expect(sink.stats).toMatchObject([{ symbol: 'BTC', last: '61837.64000000' }]);
    },
  );

  it('stops by itself after the seconds asked for', async () => {
    const { running } = record(join(folder, 'short.gz'), ['--seconds', '0.3']);
    expect(await running).toEqual({ frames: 0, bytes: 0 });
  });

  it('says how it is used, and overwrites nothing', async () => {
    const path = join(folder, 'precious.gz');
    await writeFile(path, 'precious');
    const attempt = (args: string[]): Promise<unknown> =>
      recordMarket(args, {}, { write: () => undefined }, new AbortController().signal);
    await expect(attempt([])).rejects.toThrow('usage: npm run record');
    await expect(attempt(['--out', 'x', '--seconds', 'soon'])).rejects.toThrow('usage:');
    await expect(attempt(['--out', path])).rejects.toThrow('exists already: name another');
    expect(await readFile(path, 'utf8')).toBe('precious');
  });
});

describe('a recording', () => {
  const idle =
    (onFrames: (onFrame: OnFrame) => void) =>
    (onFrame: OnFrame, signal: AbortSignal): Promise<void> => {
      onFrames(onFrame);
      return new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
    };

  it('has times of receipt in ns, and what came a second before a crash', async () => {
    const path = join(folder, 'live.gz');
    const running = recordFrames(
      {
        path,
        listen: idle((onFrame) => onFrame(1_723_161_255_343, '{"frame":1}')),
        onProgress: () => undefined,
      },
      ending.signal,
    );
    const readable = (): string =>
      gunzipSync(readFileSync(path), { finishFlush: constants.Z_SYNC_FLUSH }).toString();
    const text = '1723161255343000000 {"frame":1}\n';
    await until('the unfinished file can be read', () => existsSync(path) && readable() === text);
    ending.abort();
    await running;
    expect(gunzipSync(await readFile(path)).toString()).toBe(text);
  });

  it('fails with what is wrong with the file', async () => {
    const path = join(folder, 'missing', 'live.gz');
    const parts = { path, listen: idle(() => undefined), onProgress: () => undefined };
    await expect(recordFrames(parts, new AbortController().signal)).rejects.toThrow('ENOENT');
  });
});
