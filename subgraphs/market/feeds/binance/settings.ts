import type { Log } from '@spyhop/platform/log';
import type { Instrument } from '../../rules/instrument';
import type { TrackedAsset } from '../source';
import type { FeedCount } from './counts';
import type { HistoryDepth } from './history';
import type { Random } from '../pacing';
import { STREAMS_PER_CONNECTION } from './streams';
import { type Timers, systemTimers } from '../timers';

/** The stream hosts, best first; the second serves locations where the first is blocked. */
const STREAM_HOSTS = ['wss://stream.binance.com:9443', 'wss://data-stream.binance.vision'];

/** The REST hosts, best first; the first serves public data only, and everywhere. */
const REST_HOSTS = ['https://data-api.binance.vision', 'https://api.binance.com'];

const HOUR_MS = 3_600_000;

/** Enough for every chart's first screens and a 7-day sparkline; what the table needs comes first. */
const HISTORY: HistoryDepth = [
  ['1h', 90 * 24],
  ['1m', 24 * 60],
  ['5m', 1_000],
  ['15m', 1_000],
  ['4h', 1_000],
  ['1d', 1_000],
];

export interface BinanceOptions {
  assets: readonly TrackedAsset[];
  log: Log;
  /** Decides the jitter of the back-off. */
  random: Random;
  timers?: Timers;
  streamHosts?: readonly string[];
  restHosts?: readonly string[];
  streamsPerConnection?: number;
  /** A connection without a frame for so long is replaced. */
  silenceMs?: number;
  /** Age at which a connection is replaced, before the exchange closes it at 24 h. */
  rotateAfterMs?: number;
  /** How long the old and the new connection run side by side. */
  overlapMs?: number;
  /** How long a symbol's trades may be held back while missing ones are fetched. */
  gapTimeoutMs?: number;
  history?: HistoryDepth;
  /** `run` rejects when no connection stands after so long, or when every host has failed once; null: it goes on trying. */
  startWithinMs?: number | null;
  count?: (what: FeedCount) => void;
  /** Every frame that was delivered, with the time it arrived (epoch ms), in order and without repetitions. */
  onFrame?: (receivedAt: number, text: string) => void;
  /** What the exchange says of the tracked pairs; the ones it does not know are missing. */
  onInstruments?: (instruments: Instrument[]) => void;
}

const DEFAULTS = {
  timers: systemTimers,
  streamHosts: STREAM_HOSTS,
  restHosts: REST_HOSTS,
  streamsPerConnection: STREAMS_PER_CONNECTION,
  silenceMs: 30_000,
  rotateAfterMs: 23 * HOUR_MS,
  overlapMs: 2_000,
  gapTimeoutMs: 2_000,
  history: HISTORY,
  startWithinMs: null,
  count: () => undefined,
  onFrame: () => undefined,
  onInstruments: () => undefined,
};

export type Settings = Required<BinanceOptions>;

/** The options with what they leave open filled in. */
export const settingsOf = (options: BinanceOptions): Settings => ({ ...DEFAULTS, ...options });
