import { openTimeOf } from './candles';
import { Exact, larger, smaller, textOf } from './exact';
import type { Candle, DecimalText, Trade } from './market-data';

const MINUTE_MS = 60_000;
const NOTHING: readonly Candle[] = [];

interface Minute {
  openTime: number;
  /** Market times of the trades that set open and close, epoch ms. */
  firstAt: number;
  lastAt: number;
  open: DecimalText;
  high: DecimalText;
  low: DecimalText;
  close: DecimalText;
  volume: Exact;
  /** Null once a stretch without known value was resumed. */
  quoteVolume: Exact | null;
  trades: number | null;
}

/**
 * Folds the trades of one symbol into 1m candles, exactly. Remembers the minute before the newest
 * one, so that a trade which arrives late amends it: the same minute is then handed out again.
 */
export class MinuteFold {
  private current: Minute | null = null;
  private previous: Minute | null = null;
  /** Trades too late for any remembered minute. */
  dropped = 0;

  constructor(private readonly symbol: string) {}

  /** Takes a trade; returns the minutes that are final because of it. */
  add(trade: Trade): readonly Candle[] {
    const openTime = openTimeOf('1m', trade.time);
    if (this.current === null || openTime > this.current.openTime)
      return this.open(openTime, trade);
    if (openTime === this.current.openTime) {
      addTo(this.current, trade);
      return NOTHING;
    }
    return this.amend(openTime, trade);
  }

  /** Ends the current minute if it is over at `time` (market time, epoch ms) and returns it. */
  closeUntil(time: number): readonly Candle[] {
    if (this.current === null || this.current.openTime + MINUTE_MS > time) return NOTHING;
    return this.closeCurrent();
  }

  /** Ends the current minute, whatever the time. */
  closeCurrent(): readonly Candle[] {
    if (this.current === null) return NOTHING;
    this.previous = this.current;
    this.current = null;
    return [this.toCandle(this.previous, true)];
  }

  /** The minute that is still open. */
  forming(): Candle | null {
    return this.current === null ? null : this.toCandle(this.current, false);
  }

  /** Goes on from a forming minute that another run has left. */
  resume(candle: Candle): void {
    this.current = {
      ...candle,
      firstAt: candle.openTime,
      lastAt: candle.openTime,
      volume: new Exact(candle.volume),
      quoteVolume: candle.quoteVolume === null ? null : new Exact(candle.quoteVolume),
    };
  }

  private open(openTime: number, trade: Trade): readonly Candle[] {
    if (this.current === null && openTime === this.previous?.openTime) {
      return this.amend(openTime, trade);
    }
    if (this.current === null && openTime < (this.previous?.openTime ?? 0)) return this.drop();
    const closed = this.closeCurrent();
    this.current = minuteOf(openTime, trade);
    return closed;
  }

  private amend(openTime: number, trade: Trade): readonly Candle[] {
    if (openTime !== this.previous?.openTime) return this.drop();
    addTo(this.previous, trade);
    return [this.toCandle(this.previous, true)];
  }

  private drop(): readonly Candle[] {
    this.dropped += 1;
    return NOTHING;
  }

  private toCandle(minute: Minute, closed: boolean): Candle {
    return {
      symbol: this.symbol,
      interval: '1m',
      openTime: minute.openTime,
      open: minute.open,
      high: minute.high,
      low: minute.low,
      close: minute.close,
      volume: textOf(minute.volume),
      quoteVolume: minute.quoteVolume === null ? null : textOf(minute.quoteVolume),
      trades: minute.trades,
      closed,
    };
  }
}

function minuteOf(openTime: number, trade: Trade): Minute {
  const volume = new Exact(trade.quantity);
  return {
    openTime,
    firstAt: trade.time,
    lastAt: trade.time,
    open: trade.price,
    high: trade.price,
    low: trade.price,
    close: trade.price,
    volume,
    quoteVolume: volume.times(trade.price),
    trades: trade.count,
  };
}

function addTo(minute: Minute, trade: Trade): void {
  const quantity = new Exact(trade.quantity);
  if (trade.time < minute.firstAt) {
    minute.firstAt = trade.time;
    minute.open = trade.price;
  }
  if (trade.time >= minute.lastAt) {
    minute.lastAt = trade.time;
    minute.close = trade.price;
  }
  minute.high = larger(minute.high, trade.price);
  minute.low = smaller(minute.low, trade.price);
  minute.volume = minute.volume.plus(quantity);
  minute.quoteVolume = minute.quoteVolume?.plus(quantity.times(trade.price)) ?? null;
  if (minute.trades !== null) minute.trades += trade.count;
}
