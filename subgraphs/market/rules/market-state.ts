import { Conflator, type NewestPrice, TradeTape } from './conflate';
import { endOf } from './candles';
import type { Candle, DayStats, Trade } from './market-data';
import { SymbolCandles } from './symbol-candles';

export interface MarketStateOptions {
  /** At most so many prices a second and symbol are handed out. */
  tickHz: number;
  /** Fold minutes from trades because the source sends none. */
  foldsTrades: boolean;
  /** Takes every final minute, once more when it is amended. */
  onMinute: (minute: Candle) => void;
}

/** What changed since the last time; each entry replaces what was handed out for it before. */
export interface StateChanges {
  prices: NewestPrice[];
  /** Those of `prices` whose price differs from the one handed out before. */
  moved: NewestPrice[];
  /** By symbol, oldest first. */
  trades: Map<string, Trade[]>;
  candles: Candle[];
}

/** Forming candles move often and are drawn slowly. */
const MOST_CANDLE_HZ = 4;
/** Of so many symbols at a time, so that prices never wait behind the candles of a whole market. */
const CANDLE_SYMBOLS_AT_ONCE = 8;
const KEPT_TRADES = 500;

interface CandleSlot {
  readonly candles: SymbolCandles;
  takenAt: number;
}

/** The market as one source tells it, in memory. Takes everything, hands out the newest, does no I/O. */
export class MarketState {
  private readonly prices: Conflator;
  private readonly tape = new TradeTape(KEPT_TRADES);
  private readonly slots = new Map<string, CandleSlot>();
  private readonly stats = new Map<string, DayStats>();
  private readonly movedTo = new Map<string, string>();
  private readonly candleGapMs: number;
  /** Arrival of the newest price, epoch ms. */
  newestTickAt: number | null = null;
  /** Its market time, epoch ms. */
  marketTime: number | null = null;

  constructor(private readonly options: MarketStateOptions) {
    this.prices = new Conflator(options.tickHz);
    this.candleGapMs = 1_000 / Math.min(options.tickHz, MOST_CANDLE_HZ);
  }

  /** Symbols with a price. */
  get symbols(): number {
    return this.prices.size;
  }

  trade(trade: Trade, receivedAt: number): void {
    this.price(trade.symbol, trade.price, trade.time, receivedAt);
    this.tape.put(trade);
    if (!this.options.foldsTrades) return;
    for (const minute of this.candlesOf(trade.symbol).addTrade(trade))
      this.options.onMinute(minute);
  }

  /** A minute from the source itself; its close is a price where no newer trade is known. */
  minute(candle: Candle, receivedAt: number): void {
    const known = this.prices.newest(candle.symbol);
    if (known === undefined || known.time < candle.openTime) {
      const time = candle.closed ? endOf(candle) - 1 : candle.openTime;
      this.price(candle.symbol, candle.close, time, receivedAt);
    }
    for (const final of this.candlesOf(candle.symbol).putMinute(candle))
      this.options.onMinute(final);
  }

  /** Statistics of the day; their last price serves until the symbol's first trade. */
  dayStats(stats: DayStats, receivedAt: number): void {
    this.stats.set(stats.symbol, stats);
    if (this.prices.newest(stats.symbol) === undefined) {
      this.price(stats.symbol, stats.last, stats.time, receivedAt);
    } else this.prices.touch(stats.symbol);
  }

  dayStatsOf(symbol: string): DayStats | undefined {
    return this.stats.get(symbol);
  }

  newestPrice(symbol: string): NewestPrice | undefined {
    return this.prices.newest(symbol);
  }

  /** Stored candles that the forming ones build on. */
  seed(symbol: string, stored: readonly Candle[]): void {
    this.candlesOf(symbol).seed(stored);
  }

  /** Goes on from the minute that an earlier run has left forming. */
  resume(minute: Candle): void {
    this.candlesOf(minute.symbol).resume(minute);
  }

  /** Ends the candles that are over at `time` (market time, epoch ms) although no trade came since. */
  closeUntil(time: number): void {
    for (const { candles } of this.slots.values()) {
      for (const minute of candles.closeUntil(time)) this.options.onMinute(minute);
    }
  }

  /** Ends every open minute: the source has no more. */
  closeLast(): void {
    for (const { candles } of this.slots.values()) {
      for (const minute of candles.closeLast()) this.options.onMinute(minute);
    }
  }

  /** What is due at `now` (epoch ms). */
  takeDue(now: number): StateChanges {
    const prices = this.prices.takeDue(now);
    const moved = prices.filter(({ symbol, price }) => this.movedTo.get(symbol) !== price);
    for (const { symbol, price } of moved) this.movedTo.set(symbol, price);
    return { prices, moved, trades: this.tape.take(), candles: this.takeCandles(now) };
  }

  /** Nothing waits to be handed out. */
  get isIdle(): boolean {
    return !this.prices.isWaiting && [...this.slots.values()].every((s) => !s.candles.hasChanged);
  }

  /** Hands everything out again: what was written is lost, or could not be written. */
  renew(unwritten?: StateChanges): void {
    this.prices.renew();
    this.movedTo.clear();
    if (unwritten !== undefined) this.tape.putBack(unwritten.trades);
    for (const slot of this.slots.values()) slot.candles.hasChanged = true;
  }

  private price(symbol: string, price: string, time: number, receivedAt: number): void {
    this.prices.put(symbol, price, time, receivedAt);
    this.newestTickAt = receivedAt;
    if (this.marketTime === null || time > this.marketTime) this.marketTime = time;
  }

  private candlesOf(symbol: string): SymbolCandles {
    let slot = this.slots.get(symbol);
    if (slot === undefined) {
      slot = { candles: new SymbolCandles(symbol), takenAt: -Infinity };
      this.slots.set(symbol, slot);
    }
    return slot.candles;
  }

  /** Those that have waited longest go first. */
  private takeCandles(now: number): Candle[] {
    const due = [...this.slots.values()].filter(
      ({ candles, takenAt }) => candles.hasChanged && now - takenAt >= this.candleGapMs,
    );
    const next = due.sort((a, b) => a.takenAt - b.takenAt).slice(0, CANDLE_SYMBOLS_AT_ONCE);
    return next.flatMap((slot) => {
      slot.takenAt = now;
      return slot.candles.take();
    });
  }
}
