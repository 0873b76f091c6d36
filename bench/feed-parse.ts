/*
 * Exchange frames from text to conflated prices, against bare JSON.parse over the same frames.
 * Run: npm run bench -- feed-parse
 */
import { Delivery } from '@spyhop/market/feeds/binance/delivery';
import { readFrame } from '@spyhop/market/feeds/binance/parse';
import type { Sink } from '@spyhop/market/feeds/source';
import { MarketState } from '@spyhop/market/rules/market-state';
import { createLog } from '@spyhop/platform/log';
import { median, report } from './report.ts';

const FRAMES = Number(process.argv[2] ?? 200_000);
const PAIRS = 50;
const ROUNDS = 9;
const TICK_HZ = 10;
/** As if this many frames arrived in a millisecond. */
const FRAMES_PER_MS = 50;
const START = Date.UTC(2024, 7, 9);

const symbols = new Map(
  Array.from({ length: PAIRS }, (_, index) => [`C${index}USDT`, `C${index}`] as const),
);

/** Frames as the exchange sends them: ids without gaps per pair, prices that wander. */
function makeFrames(): string[] {
  const pairs = [...symbols.keys()];
  let seed = 1;
  const random = (): number => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
  const cents = pairs.map((_, index) => 100_000 * (index + 1));
  return Array.from({ length: FRAMES }, (_, index) => {
    const at = index % PAIRS;
    const pair = pairs[at] ?? '';
    cents[at] = (cents[at] ?? 0) + Math.round((random() - 0.5) * 20);
    const time = START + Math.floor(index / FRAMES_PER_MS);
    const data = {
      e: 'aggTrade',
      E: time + 5,
      s: pair,
      a: 3_000_000_000 + Math.floor(index / PAIRS),
      p: ((cents[at] ?? 0) / 100).toFixed(8),
      q: (random() * 3).toFixed(8),
      f: 5_000_000_000 + index,
      l: 5_000_000_001 + index,
      T: time,
      m: random() < 0.5,
      M: true,
    };
    return JSON.stringify({ stream: `${pair.toLowerCase()}@aggTrade`, data });
  });
}

function parseOnly(frames: readonly string[]): number {
  let fields = 0;
  for (const text of frames) if (JSON.parse(text) !== null) fields += 1;
  return fields;
}

/** Everything between the socket and the publisher. Returns how many price events came out. */
function deliverAll(frames: readonly string[]): number {
  let now = START;
  let published = 0;
  const state = new MarketState({
    tickHz: TICK_HZ,
    foldsTrades: false,
    onMinute: () => undefined,
  });
  const ignore = (): void => undefined;
  const sink: Sink = {
    trade: (trade) => state.trade(trade, now),
    minute: (candle) => state.minute(candle, now),
    dayStats: (stats) => state.dayStats(stats, now),
    backfill: () => Promise.resolve(),
    disconnected: ignore,
    connected: ignore,
    ended: ignore,
  };
  const delivery = new Delivery({
    sink,
    gaps: { trades: () => Promise.resolve([]), minutes: ignore },
    log: createLog({ name: 'bench', level: 'silent' }),
    now: () => now,
    count: (what) => {
      throw new Error(`the frames are not clean: ${what}`);
    },
    onFrame: ignore,
  });
  for (const [index, text] of frames.entries()) {
    now = START + Math.floor(index / FRAMES_PER_MS);
    delivery.frame({ receivedAt: now, text, message: readFrame(text, symbols) });
    if (index % (FRAMES_PER_MS * 10) === 0) published += state.takeDue(now).prices.length;
  }
  return published;
}

const secondsOf = (work: () => number): number => {
  const startedAt = process.hrtime.bigint();
  if (work() === 0) throw new Error('nothing came out');
  return Number(process.hrtime.bigint() - startedAt) / 1e9;
};

const frames = makeFrames();
const rounds = Array.from({ length: ROUNDS + 2 }, () => ({
  bare: secondsOf(() => parseOnly(frames)),
  whole: secondsOf(() => deliverAll(frames)),
})).slice(2);
const bare = FRAMES / median(rounds.map((round) => round.bare));
const whole = FRAMES / median(rounds.map((round) => round.whole));
const ratio = median(rounds.map((round) => round.bare / round.whole));
console.log(`JSON.parse alone: ${Math.round(bare).toLocaleString('en')} frames/s`);
report({
  what: 'aggTrade frames parsed, normalised and conflated on one core',
  target: '≥ 50,000 frames/s',
  measured: `${Math.round(whole).toLocaleString('en')} frames/s (median of ${ROUNDS} rounds)`,
  met: whole >= 50_000,
});
report({
  what: 'the same against bare JSON.parse over the same frames',
  target: '≥ 0.5',
  measured: ratio.toFixed(2),
  met: ratio >= 0.5,
});
