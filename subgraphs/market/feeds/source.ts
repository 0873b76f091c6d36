import type { FeedKind } from '@spyhop/platform/topics';
import type { Candle, DayStats, Trade } from '../rules/market-data';

export type SourceKind = 'live' | 'replay' | 'simulated';

/** What others are told of the kind of a source. */
export const KIND_TOLD = {
  live: 'LIVE',
  replay: 'REPLAY',
  simulated: 'SIMULATED',
} as const satisfies Record<SourceKind, FeedKind>;

/** What a source tells the rest of the feed process. Calls are synchronous and cheap. */
export interface Sink {
  trade(trade: Trade): void;
  /** A 1m candle from the source itself: forming (closed = false) replaces, closed = true is final. */
  minute(candle: Candle): void;
  dayStats(stats: DayStats): void;
  /** Finished candles older than what streams: history and gaps filled after a reconnect. Resolves once accepted. */
  backfill(candles: Candle[]): Promise<void>;
  /** All of a symbol's history that was to be made up has been handed over. */
  filled?(symbol: string): void;
  /** The source lost its upstream, and why; `connected` ends it. */
  disconnected(reason: string): void;
  connected(): void;
  /** A replay reached its end. */
  ended(): void;
  /** Resolves when what was handed over so far is stored: a source that is faster than real time waits for it. */
  settled?(): Promise<void>;
}

/** One way of getting market data. */
export interface Source {
  readonly kind: SourceKind;
  /** True where 1m candles come from the source itself; otherwise they are folded from its trades. */
  readonly sendsMinutes: boolean;
  /** A sentence for people: what is shown and why. */
  readonly description: string;
  /** Runs until the signal aborts or, for a replay, until the end. Rejects only when it cannot start. */
  run(sink: Sink, signal: AbortSignal): Promise<void>;
}

/** A tracked asset and how sources name it. */
export interface TrackedAsset {
  /** BTC */
  symbol: string;
  /** BTCUSDT */
  pair: string;
  /** bitcoin; null where CoinGecko does not list it. */
  coingeckoId: string | null;
}
