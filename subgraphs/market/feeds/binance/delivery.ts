import type { Clock } from '@spyhop/platform/clock';
import type { Log } from '@spyhop/platform/log';
import type { Candle, DayStats, Trade } from '../../rules/market-data';
import type { Sink } from '../source';
import { Burst } from './burst';
import type { FeedCount } from './counts';
import type { FeedMessage } from './parse';
import type { Frame } from './socket';

/** Where what the streams did not deliver comes from. */
export interface GapFill {
  /** The aggregate trades `from` to `to`, both inclusive, oldest first. */
  trades(symbol: string, from: number, to: number): Promise<Trade[]>;
  /** Has the finished minutes with these open times (epoch ms, both inclusive) delivered; never throws. */
  minutes(symbol: string, from: number, to: number): void;
}

export interface DeliveryOptions {
  sink: Sink;
  gaps: GapFill;
  log: Log;
  now: Clock;
  count: (what: FeedCount) => void;
  onFrame: (receivedAt: number, text: string) => void;
}

type TradeFrame = Frame & { message: { kind: 'trade' } };

interface MinuteState {
  /** Open time of the first minute that is not known to be finished, epoch ms. */
  next: number;
  openTime: number;
  sentAt: number;
}

const MINUTE_MS = 60_000;
/** The first minute of a symbol is taken as it comes, in case our clock is ahead of the exchange's. */
const NOTHING_SENT = -1;
const LARGEST_TRADE_GAP = 1_000;
const MOST_FRAMES_WAITING = 5_000;
const BURST_QUIET_MS = 10_000;
const SAMPLE_LENGTH = 200;

/**
 * Turns frames into calls of the sink: in order, each trade and each finished minute once, whatever
 * connection brought them, and with what a lost connection swallowed fetched where that is possible.
 */
export class Delivery {
  private readonly lastTrade = new Map<string, number>();
  /** Frames of symbols whose missing trades are being fetched, in order. */
  private readonly waiting = new Map<string, TradeFrame[]>();
  private readonly minutes = new Map<string, MinuteState>();
  private readonly lastStats = new Map<string, number>();
  private readonly burst: Burst;

  constructor(private readonly options: DeliveryOptions) {
    this.burst = new Burst(BURST_QUIET_MS, options.now);
  }

  /** From here on every minute of these symbols is expected, beginning with the one at about `time` (epoch ms). */
  expectMinutes(symbols: Iterable<string>, time: number): void {
    const openTime = time - (time % MINUTE_MS);
    for (const symbol of symbols)
      if (!this.minutes.has(symbol))
        this.minutes.set(symbol, { next: openTime, openTime, sentAt: NOTHING_SENT });
  }

  frame(frame: Frame): void {
    const { message } = frame;
    if (message.kind === 'trade') this.takeTrade(frame as TradeFrame);
    else if (message.kind === 'malformed') this.noteMalformed(frame.text, message.fault);
    else if (message.kind === 'minute') this.takeMinute(frame, message);
    else if (message.kind === 'dayStats') this.takeStats(frame, message.stats);
    else this.options.onFrame(frame.receivedAt, frame.text);
  }

  /** Figures of the last 24 h, unless newer ones were delivered before. */
  dayStats(stats: DayStats): void {
    if (stats.time <= (this.lastStats.get(stats.symbol) ?? 0)) return;
    this.lastStats.set(stats.symbol, stats.time);
    this.options.sink.dayStats(stats);
  }

  private takeTrade(frame: TradeFrame): void {
    const { trade, sequence } = frame.message;
    if (this.waiting.size > 0 && this.wait(trade.symbol, frame)) return;
    const last = this.lastTrade.get(trade.symbol);
    if (last !== undefined && sequence !== last + 1) {
      if (sequence <= last) return this.options.count('duplicate');
      if (this.fillGap(frame, last + 1)) return;
    }
    this.lastTrade.set(trade.symbol, sequence);
    this.options.onFrame(frame.receivedAt, frame.text);
    this.options.sink.trade(trade);
  }

  private wait(symbol: string, frame: TradeFrame): boolean {
    const waiting = this.waiting.get(symbol);
    if (waiting === undefined) return false;
    waiting.push(frame);
    if (waiting.length > MOST_FRAMES_WAITING) this.resume(symbol, waiting);
    return true;
  }

  /** Holds the symbol back until the trades from `from` to this frame are there; false if they are too many. */
  private fillGap(frame: TradeFrame, from: number): boolean {
    const { trade, sequence } = frame.message;
    if (sequence - from > LARGEST_TRADE_GAP) {
      this.options.count('trade gap left');
      return false;
    }
    const waiting = [frame];
    this.waiting.set(trade.symbol, waiting);
    void this.fetchTrades(trade.symbol, from, sequence - 1).then((trades) => {
      if (this.waiting.get(trade.symbol) !== waiting) return;
      trades.forEach((missing) => this.options.sink.trade(missing));
      this.resume(trade.symbol, waiting);
    });
    return true;
  }

  private async fetchTrades(symbol: string, from: number, to: number): Promise<Trade[]> {
    try {
      const trades = await this.options.gaps.trades(symbol, from, to);
      this.options.count('trade gap filled');
      return trades;
    } catch (err) {
      this.options.count('trade gap left');
      this.options.log.debug({ err, symbol, from, to }, 'missing trades were not fetched');
      return [];
    }
  }

  private resume(symbol: string, waiting: TradeFrame[]): void {
    this.waiting.delete(symbol);
    this.lastTrade.set(symbol, waiting[0].message.sequence - 1);
    waiting.forEach((frame) => this.takeTrade(frame));
  }

  private takeMinute(frame: Frame, message: FeedMessage & { kind: 'minute' }): void {
    const { candle, sentAt } = message;
    const state = this.minutes.get(candle.symbol);
    if (state && isOutdated(state, candle, sentAt)) return this.options.count('duplicate');
    if (state && candle.openTime > state.next) {
      this.options.count('minute gap');
      this.options.gaps.minutes(candle.symbol, state.next, candle.openTime - MINUTE_MS);
    }
    const { openTime, closed } = candle;
    const next = closed ? openTime + MINUTE_MS : openTime;
    this.minutes.set(candle.symbol, { next, openTime, sentAt });
    this.options.onFrame(frame.receivedAt, frame.text);
    this.options.sink.minute(candle);
  }

  private takeStats(frame: Frame, stats: readonly DayStats[]): void {
    this.options.onFrame(frame.receivedAt, frame.text);
    stats.forEach((one) => this.dayStats(one));
  }

  private noteMalformed(text: string, fault: string): void {
    this.options.count('malformed frame');
    const first = this.burst.first();
    if (first === null) return;
    const sample = text.slice(0, SAMPLE_LENGTH);
    this.options.log.warn({ fault, sample, ...first }, 'a frame cannot be read and is left out');
  }
}

const isOutdated = (state: MinuteState, candle: Candle, sentAt: number): boolean =>
  state.sentAt !== NOTHING_SENT &&
  (candle.openTime < state.next ||
    (candle.openTime === state.openTime && !candle.closed && sentAt <= state.sentAt));
