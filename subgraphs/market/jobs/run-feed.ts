import type { Clock } from '@spyhop/platform/clock';
import type { LiveEvents } from '@spyhop/platform/live-events';
import type { Log } from '@spyhop/platform/log';
import { type Stop, stopAll } from '@spyhop/platform/shutdown';
import { KIND_TOLD, type Sink, type Source } from '../feeds/source';
import type { NewestPrice } from '../rules/conflate';
import type { FeedFacts } from '../rules/feed-report';
import type { Candle } from '../rules/market-data';
import { MarketState } from '../rules/market-state';
import type { LiveMarket } from '../store/live-market';
import type { LiveMarketWriter } from '../store/live-market-writer';
import type { FeedMetrics } from './feed-metrics';
import { type Publisher, publishMarket } from './publish-market';
import { publishStatus } from './publish-status';
import type { CandleQueue } from './write-candles';

export interface FeedParts {
  source: Source;
  /** Prices that an earlier run has left, by symbol: they are shown until newer ones come. */
  left: ReadonlyMap<string, Pick<NewestPrice, 'time' | 'receivedAt'>>;
  /** Only these are let in. */
  symbols: ReadonlySet<string>;
  writer: LiveMarketWriter;
  market: Pick<LiveMarket, 'readFeedStatus'>;
  events: Pick<LiveEvents, 'publish'>;
  candles: Pick<CandleQueue, 'push' | 'backfill' | 'drained'>;
  /** All of a symbol's made-up past is on its way to the store. */
  onFilled: (symbol: string) => void;
  /** Further work on the running feed, e.g. refreshing what derives from history. */
  companions: readonly ((feed: RunningFeed) => Stop)[];
  clock: Clock;
  log: Log;
  metrics: FeedMetrics;
  tickHz: number;
  staleMs: number;
}

/** What companions see of a feed. */
export interface RunningFeed {
  readonly source: Pick<Source, 'kind' | 'sendsMinutes'>;
  readonly state: MarketState;
  /** The market's own time, epoch ms: now, or where a replay has got to; null before its first price. */
  marketTime(): number | null;
  /** The state was changed from outside: publish it. */
  wake(): void;
}

/** How often candles that are over by the clock are ended, and how long late trades may take, in ms. */
const TICK_MS = 1_000;
const GRACE_MS = 3_000;

/** Runs a source until the signal aborts or the leadership is over: its market goes to Redis, live events and the queue of candles. */
export async function runFeed(parts: FeedParts, signal: AbortSignal): Promise<void> {
  const { source, candles, clock, log } = parts;
  const fencedOff = new AbortController();
  const facts = factsOf(source, [...parts.left.values()]);
  const state = new MarketState({
    tickHz: parts.tickHz,
    foldsTrades: !source.sendsMinutes,
    onMinute: (minute) => candles.push(minute),
  });
  const publisher = publishMarket({ ...parts, state, onFencedOff: (err) => fencedOff.abort(err) });
  const status = publishStatus({
    ...parts,
    facts: () => ({
      ...facts,
      newestTickAt: state.newestTickAt ?? facts.newestTickAt,
      marketTime: state.marketTime ?? facts.marketTime,
      symbols: Math.max(state.symbols, facts.symbols),
      hasTicked: state.newestTickAt !== null,
    }),
  });
  const feed: RunningFeed = {
    source,
    state,
    marketTime: () => (source.kind === 'replay' ? state.marketTime : clock()),
    wake: () => publisher.wake(),
  };
  const stops = [
    status.stop,
    publisher.stop,
    endQuietCandles(feed, facts),
    ...parts.companions.map((start) => start(feed)),
  ];
  const running = AbortSignal.any([signal, fencedOff.signal]);
  const onChange = (): void => {
    publisher.wake();
    status.check();
  };
  try {
    await source.run(sinkOf(parts, { state, facts, publisher, onChange }), running);
    await untilAborted(running);
  } finally {
    await stopAll(stops, log);
  }
  if (fencedOff.signal.aborted) throw fencedOff.signal.reason;
}

const factsOf = (
  source: Source,
  left: readonly Pick<NewestPrice, 'time' | 'receivedAt'>[],
): FeedFacts => ({
  source: KIND_TOLD[source.kind],
  description: source.description,
  newestTickAt: newestOf(left.map(({ receivedAt }) => receivedAt)),
  marketTime: newestOf(left.map(({ time }) => time)),
  symbols: left.length,
  hasTicked: false,
  lostBecause: null,
  hasEnded: false,
});

const newestOf = (times: readonly number[]): number | null =>
  times.length === 0 ? null : Math.max(...times);

interface SinkParts {
  state: MarketState;
  facts: FeedFacts;
  publisher: Publisher;
  onChange: () => void;
}

function sinkOf(
  { symbols, candles, onFilled, clock, metrics }: FeedParts,
  { state, facts, publisher, onChange }: SinkParts,
): Sink {
  const trades = metrics.taken.labels('trade');
  const minutes = metrics.taken.labels('minute');
  const stats = metrics.taken.labels('day stats');
  return {
    trade: (trade) => {
      if (!symbols.has(trade.symbol)) return;
      const isFirst = state.newestTickAt === null;
      trades.inc();
      state.trade(trade, clock());
      publisher.wake();
      if (isFirst) onChange();
    },
    minute: (minute) => {
      if (!symbols.has(minute.symbol)) return;
      minutes.inc();
      state.minute(minute, clock());
      publisher.wake();
    },
    dayStats: (day) => {
      if (!symbols.has(day.symbol)) return;
      stats.inc();
      state.dayStats(day, clock());
      publisher.wake();
    },
    backfill: (history: Candle[]) => candles.backfill(history.filter((c) => symbols.has(c.symbol))),
    filled: onFilled,
    disconnected: (reason) => {
      facts.lostBecause = reason;
      onChange();
    },
    connected: () => {
      facts.lostBecause = null;
      onChange();
    },
    ended: () => {
      state.closeLast();
      facts.hasEnded = true;
      onChange();
    },
    settled: () => candles.drained(),
  };
}

/** Candles of a market without trades end too, a little after their time. */
function endQuietCandles(feed: RunningFeed, facts: FeedFacts): Stop {
  const timer = setInterval(() => {
    const time = feed.marketTime();
    if (time === null || facts.hasEnded) return;
    feed.state.closeUntil(time - GRACE_MS);
    feed.wake();
  }, TICK_MS);
  return async () => clearInterval(timer);
}

const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
