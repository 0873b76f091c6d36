import type { Instrument } from '../../rules/instrument';
import type { Trade } from '../../rules/market-data';
import type { Sink, TrackedAsset } from '../source';
import { Delivery } from './delivery';
import { type Page, fillHistory, historyPages, minutePages } from './history';
import { AttemptWindow } from '../pacing';
import { BinanceRest, ExchangeUnavailable } from './rest';
import type { Settings } from './settings';
import { Shards } from './shards';
import type { SocketEnd } from './socket';
import { shardStreams, streamsOf } from './streams';
import { deadline, pause } from '../timers';

const CONNECTION_ATTEMPTS = 300;
const CONNECTION_WINDOW_MS = 300_000;
/** The streams do not wait longer for the pairs to be validated. */
const INSTRUMENTS_TIMEOUT_MS = 2_000;
/** Between attempts to get what is needed sooner or later. */
const RETRY_MS = 60_000;

/** One run, from the first connection to the signal. */
export class LiveRun {
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
      if (!this.stop.signal.aborted)
        log.warn({ reason: reasonOf(err) }, 'the tracked pairs are not validated yet');
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
      if (!signal.aborted)
        this.settings.log.warn({ reason: reasonOf(err) }, 'the tracked pairs stay unvalidated');
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
      if (!this.stop.signal.aborted)
        this.settings.log.warn({ reason: reasonOf(err) }, 'no 24 h figures at start');
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
        this.settings.log.warn(
          { reason: err.message },
          'Binance does not answer requests; trying again',
        );
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

const reasonOf = (err: unknown): string => (err instanceof Error ? err.message : String(err));
