import type { Log } from '@spyhop/platform/log';
import type { Instrument } from '../../rules/instrument';
import type { Trade } from '../../rules/market-data';
import type { Sink, Source, TrackedAsset } from '../source';
import type { FeedCount } from './counts';
import { Delivery } from './delivery';
import { type HistoryDepth, type Page, fillHistory, historyPages, minutePages } from './history';
import { AttemptWindow, type Random } from './pacing';
import { BinanceRest, ExchangeUnavailable } from './rest';
import { Shards } from './shards';
import type { SocketEnd } from './socket';
import { STREAMS_PER_CONNECTION, shardStreams, streamsOf } from './streams';
import { type Timers, deadline, pause, systemTimers } from './timers';

/** The stream hosts, best first; the second serves locations where the first is blocked. */
export const STREAM_HOSTS = [
  'wss://stream.binance.com:9443',
  'wss://data-stream.binance.vision',
] as const;

/** The REST hosts, best first; the first serves public data only, and everywhere. */
export const REST_HOSTS = ['https://data-api.binance.vision', 'https://api.binance.com'] as const;

const DAY_MS = 86_400_000;
const CONNECTION_ATTEMPTS = 300;
const CONNECTION_WINDOW_MS = 300_000;
/** The streams do not wait longer for the pairs to be validated. */
const INSTRUMENTS_TIMEOUT_MS = 2_000;
/** Between attempts to get what is needed sooner or later. */
const RETRY_MS = 60_000;

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
  rotateAfterMs: (DAY_MS / 24) * 23,
  overlapMs: 2_000,
  gapTimeoutMs: 2_000,
  history: HISTORY,
  startWithinMs: null,
  count: () => undefined,
  onFrame: () => undefined,
  onInstruments: () => undefined,
};

type Settings = Required<BinanceOptions>;

/** Live market data from Binance's public streams, with history and gaps filled through its REST API. */
export class BinanceSource implements Source {
  readonly kind = 'live';
  readonly sendsMinutes = true;
  readonly description = 'Live prices from Binance.';
  private readonly settings: Settings;

  constructor(options: BinanceOptions) {
    this.settings = { ...DEFAULTS, ...options };
  }

  run(sink: Sink, signal: AbortSignal): Promise<void> {
    return new LiveRun(this.settings, sink, signal).run();
  }
}

/** One run, from the first connection to the signal. */
class LiveRun {
  private readonly stop = new AbortController();
  private readonly symbols: Map<string, string>;
  private readonly assets: Map<string, TrackedAsset>;
  private readonly rest: BinanceRest;
  private readonly delivery: Delivery;
  private hasStarted = false;

  constructor(
    private readonly settings: Settings,
    private readonly sink: Sink,
    private readonly signal: AbortSignal,
  ) {
    const { assets, timers } = settings;
    this.symbols = new Map(assets.map(({ pair, symbol }) => [pair, symbol]));
    this.assets = new Map(assets.map((asset) => [asset.symbol, asset]));
    this.rest = new BinanceRest({
      ...settings,
      hosts: settings.restHosts,
      symbols: this.symbols,
    });
    this.delivery = new Delivery({
      ...settings,
      sink,
      now: timers.now,
      gaps: {
        trades: (symbol, from, to) => this.missingTrades(symbol, from, to),
        minutes: (symbol, from, to) => void this.fill(minutePages(symbol, from, to), true),
      },
    });
  }

  async run(): Promise<void> {
    const onAbort = (): void => this.stop.abort(this.signal.reason);
    this.signal.addEventListener('abort', onAbort, { once: true });
    if (this.signal.aborted) onAbort();
    try {
      void this.showDayStats();
      await this.stream(await this.knownPairs());
    } finally {
      this.signal.removeEventListener('abort', onAbort);
      this.stop.abort(new Error('the feed stopped'));
      await this.rest.close();
    }
  }

  /** The tracked pairs the exchange has: it acknowledges streams of unknown ones and then says nothing. */
  private async knownPairs(): Promise<string[]> {
    const { timers, log, onInstruments } = this.settings;
    const tracked = [...this.symbols.keys()];
    const limit = deadline(timers, INSTRUMENTS_TIMEOUT_MS, this.stop.signal);
    try {
      const instruments = await this.rest.instruments(tracked, limit.signal);
      onInstruments(instruments);
      return this.withoutUnknown(tracked, instruments);
    } catch (err) {
      if (!this.stop.signal.aborted) log.warn({ err }, 'the tracked pairs are not validated yet');
      void this.validateLater(tracked);
      return tracked;
    } finally {
      limit.cancel();
    }
  }

  private async validateLater(tracked: readonly string[]): Promise<void> {
    const { signal } = this.stop;
    try {
      const instruments = await this.persistently(() => this.rest.instruments(tracked, signal));
      this.settings.onInstruments(instruments);
      this.withoutUnknown(tracked, instruments);
    } catch (err) {
      if (!signal.aborted) this.settings.log.warn({ err }, 'the tracked pairs stay unvalidated');
    }
  }

  private withoutUnknown(tracked: readonly string[], instruments: Instrument[]): string[] {
    const byPair = new Map(instruments.map((instrument) => [instrument.pair, instrument]));
    const unknown = tracked.filter((pair) => !byPair.has(pair));
    const halted = tracked.filter((pair) => byPair.get(pair)?.trading === false);
    if (unknown.length > 0)
      this.settings.log.warn({ unknown }, 'Binance does not know these pairs');
    if (halted.length > 0) this.settings.log.warn({ halted }, 'trading in these pairs is halted');
    return tracked.filter((pair) => byPair.has(pair));
  }

  /** Resolves when the signal aborts; rejects when the start is given up. */
  private async stream(pairs: readonly string[]): Promise<void> {
    const { startWithinMs, timers } = this.settings;
    const { signal } = this.stop;
    const ended = new AbortController();
    const giveUp = (reason: string): void => {
      if (startWithinMs !== null && !this.hasStarted)
        ended.abort(new Error(`Binance cannot be reached: ${reason}`));
    };
    const shards = this.openShards(pairs, giveUp);
    const cancel =
      startWithinMs === null
        ? () => undefined
        : timers.after(startWithinMs, () => giveUp(`no connection within ${startWithinMs} ms`));
    try {
      await untilAborted(AbortSignal.any([signal, ended.signal]));
      if (!signal.aborted) throw ended.signal.reason;
    } finally {
      cancel();
      shards.stop();
    }
  }

  private openShards(pairs: readonly string[], giveUp: (reason: string) => void): Shards {
    const { timers, streamHosts, streamsPerConnection, count } = this.settings;
    const attempts = new AttemptWindow(CONNECTION_ATTEMPTS, CONNECTION_WINDOW_MS, timers.now);
    const hosts = streamHosts;
    return new Shards(
      shardStreams(streamsOf(pairs), streamsPerConnection),
      { ...this.settings, hosts, symbols: this.symbols, attempts },
      {
        frame: (frame) => this.delivery.frame(frame),
        up: (host) => this.onUp(host),
        down: (reason) => this.sink.disconnected(reason),
        rotated: () => count('connection rotated'),
        failed: (end, host) => this.onFailed(end, host),
        hostsFailed: giveUp,
      },
    );
  }

  private onUp(host: string): void {
    const { log, history } = this.settings;
    const symbols = [...this.assets.keys()];
    log.info({ host }, 'connected to Binance');
    this.sink.connected();
    if (this.hasStarted) return;
    this.hasStarted = true;
    this.delivery.expectMinutes(symbols, this.rest.now());
    void this.fill(historyPages(symbols, history, this.rest.now()), false);
  }

  private onFailed({ reason }: SocketEnd, host: string): void {
    this.settings.count('connection failed');
    this.settings.log.warn({ host, reason }, 'a connection to Binance failed');
  }

  /** The figures of the last 24 h at once; the stream only brings those that change. */
  private async showDayStats(): Promise<void> {
    try {
      const stats = await this.rest.dayStats([...this.symbols.keys()], this.stop.signal);
      stats.forEach((one) => this.delivery.dayStats(one));
    } catch (err) {
      if (!this.stop.signal.aborted) this.settings.log.warn({ err }, 'no 24 h figures at start');
    }
  }

  private async fill(pages: readonly Page[], urgent: boolean): Promise<void> {
    const { signal } = this.stop;
    const candles = await fillHistory(pages, {
      fetch: (page) =>
        this.persistently(() =>
          this.rest.candles(this.assetOf(page.symbol), { ...page, urgent }, signal),
        ),
      accept: (batch) => this.sink.backfill(batch),
      log: this.settings.log,
      signal,
    });
    this.settings.log.debug({ candles, pages: pages.length, urgent }, 'candles fetched');
  }

  /** Asks again every minute for as long as the exchange does not answer. */
  private async persistently<Result>(ask: () => Promise<Result>): Promise<Result> {
    for (;;) {
      try {
        return await ask();
      } catch (err) {
        if (!(err instanceof ExchangeUnavailable)) throw err;
        this.settings.log.warn({ err }, 'Binance does not answer requests; trying again');
        await pause(this.settings.timers, RETRY_MS, this.stop.signal);
      }
    }
  }

  private async missingTrades(symbol: string, from: number, to: number): Promise<Trade[]> {
    const { timers, gapTimeoutMs } = this.settings;
    const limit = deadline(timers, gapTimeoutMs, this.stop.signal);
    return this.rest
      .trades(this.assetOf(symbol), from, to, limit.signal)
      .finally(() => limit.cancel());
  }

  private assetOf(symbol: string): TrackedAsset {
    const asset = this.assets.get(symbol);
    if (asset === undefined) throw new Error(`${symbol} is not tracked`);
    return asset;
  }
}

const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
