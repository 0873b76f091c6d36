import { describe, expect, it } from '@jest/globals';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { createLog } from '@spyhop/platform/log';
import { describeRecorded } from '@spyhop/platform/testkit/recorded-data';
import { openRecording } from '../feeds/replay/recording';
import { createReplaySource } from '../feeds/replay/replay-source';
import type { Candle } from '../rules/market-data';
import { MarketState } from '../rules/market-state';
import { naive, units } from './naive-candles';
import { RecordingSink } from './recording-sink';
import { TestTimers } from './test-timers';

const MINUTE_MS = 60_000;

interface RawTrade {
  s: string;
  t: number;
  p: string;
  q: string;
  T: number;
}

/** The trades of a recorded folder, read without any code of the project. */
function tradesIn(folder: string): RawTrade[] {
  const texts = readdirSync(folder).map((file) =>
    gunzipSync(readFileSync(join(folder, file))).toString('utf8'),
  );
  return texts
    .flatMap((text) => text.split('\n'))
    .filter((line) => line.includes('@trade"'))
    .map((line) => (JSON.parse(line.slice(line.indexOf(' '))) as { data: RawTrade }).data);
}

/** The 1m candles of one pair, in whole numbers, with the exact quote volume. */
function minutesOf(trades: readonly RawTrade[]) {
  const byMinute = new Map<number, RawTrade[]>();
  for (const trade of [...trades].sort((a, b) => a.t - b.t)) {
    const openTime = trade.T - (trade.T % MINUTE_MS);
    byMinute.set(openTime, [...(byMinute.get(openTime) ?? []), trade]);
  }
  return [...byMinute].map(([openTime, within]) => {
    const prices = within.map(({ p }) => units(p));
    const quantities = within.map(({ q }) => units(q));
    const products = prices.map((price, at) => price * (quantities[at] ?? 0n));
    return {
      openTime,
      open: prices[0],
      high: prices.reduce((a, b) => (a > b ? a : b)),
      low: prices.reduce((a, b) => (a < b ? a : b)),
      close: prices.at(-1),
      volume: quantities.reduce((a, b) => a + b),
      quoteVolume: products.reduce((a, b) => a + b),
      trades: within.length,
    };
  });
}

/** Quote volume has 16 decimals here: more than `naive` counts. */
function exact(candle: Candle) {
  const [whole = '', fraction = ''] = (candle.quoteVolume ?? '').split('.');
  const quoteVolume = BigInt(whole + fraction.padEnd(24, '0'));
  return { ...naive({ ...candle, quoteVolume: null }), quoteVolume };
}

class FoldingSink extends RecordingSink {
  readonly folded: Candle[] = [];
  private readonly state = new MarketState({
    tickHz: 10,
    foldsTrades: true,
    onMinute: (minute) => this.folded.push(minute),
  });

  override trade(trade: Parameters<RecordingSink['trade']>[0]): void {
    super.trade(trade);
    this.state.trade(trade, trade.time);
  }

  override ended(): void {
    super.ended();
    this.state.closeLast();
  }
}

describeRecorded(
  describe,
  'the recorded trades of 8 and 9 August 2024',
  'trades/binance-spot-ws-2024-08-09',
  (folder) => {
    const symbols = new Map([
      ['BTCUSDT', 'BTC'],
      ['ETHUSDT', 'ETH'],
    ]);

    async function play(): Promise<FoldingSink> {
      const sink = new FoldingSink();
      const source = createReplaySource({
        recording: await openRecording(folder, symbols),
        speed: 0,
        loop: false,
        timers: new TestTimers(),
        log: createLog({ name: 'test', level: 'silent' }),
      });
      expect(source.sendsMinutes).toBe(false);
      await source.run(sink, new AbortController().signal);
      return sink;
    }

    it('are all played, once each and in order, and fold into the candles of the files', async () => {
      const sink = await play();
      const raw = tradesIn(folder);
      expect(sink.states).toEqual(['connected', 'ended']);
      for (const [pair, symbol, count] of [
        ['BTCUSDT', 'BTC', 19_904],
        ['ETHUSDT', 'ETH', 14_515],
      ] as const) {
        const expected = raw.filter(({ s }) => s === pair).sort((a, b) => a.t - b.t);
        const played = sink.trades.filter((trade) => trade.symbol === symbol);
        expect(played.map(({ id, price, quantity, time }) => [id, price, quantity, time])).toEqual(
          expected.map(({ t, p, q, T }) => [String(t), p, q, T]),
        );
        expect(played).toHaveLength(count);
        const folded = sink.folded.filter((candle) => candle.symbol === symbol);
        expect(folded).toHaveLength(12);
        expect(folded.map(exact)).toEqual(minutesOf(expected));
      }
    });
  },
);

describeRecorded(
  describe,
  'a capture with minutes of its own',
  'trades/cryptofeed-captures/BINANCE.ws.1.0.gz',
  (file) => {
    it('is played with them, although its times are in seconds and its first line is a header', async () => {
      const recording = await openRecording(file, new Map([['NKNUSDT', 'NKN']]));
      const sink = new RecordingSink();
      const log = createLog({ name: 'test', level: 'silent' });
      const timers = new TestTimers();
      const source = createReplaySource({ recording, speed: 0, loop: false, timers, log });
      await source.run(sink, new AbortController().signal);
      expect(source.sendsMinutes).toBe(true);
      expect(new Date(recording.firstAt).toISOString()).toBe('2021-10-12T00:28:43.957Z');
      expect(sink.minutes).toMatchObject([{ symbol: 'NKN', close: '0.35280000', closed: false }]);
    });
  },
);
