import { MinuteFold } from './fold';
import { CandleLadder } from './ladder';
import type { Candle, Trade } from './market-data';

/** The candles of one symbol in every interval, made of its trades or of its source's own minutes. */
export class SymbolCandles {
  private readonly fold: MinuteFold;
  private readonly ladder = new CandleLadder();
  private minute: Candle | null = null;
  private over: Candle[] = [];
  /** Something changed since `take`. */
  hasChanged = false;

  constructor(symbol: string) {
    this.fold = new MinuteFold(symbol);
  }

  /** Returns the minutes that are final because of the trade. */
  addTrade(trade: Trade): readonly Candle[] {
    this.hasChanged = true;
    return this.settle(this.fold.add(trade));
  }

  /** Takes a 1m candle from the source in place of what was known of it; returns it if it is final. */
  putMinute(candle: Candle): readonly Candle[] {
    this.hasChanged = true;
    if (!candle.closed) {
      if (candle.openTime >= (this.minute?.openTime ?? 0)) this.minute = candle;
      return [];
    }
    if (candle.openTime === this.minute?.openTime) this.minute = null;
    return this.settle([candle]);
  }

  /** Ends what is over at `time` (market time, epoch ms); returns the minutes that are final. */
  closeUntil(time: number): readonly Candle[] {
    const minutes = this.settle(this.fold.closeUntil(time));
    this.end(this.ladder.closeUntil(time));
    return minutes;
  }

  /** Ends the minute that is open: nothing more will come. */
  closeLast(): readonly Candle[] {
    return this.settle(this.fold.closeCurrent());
  }

  /** Final candles since the last call, then the forming ones; each in place of its earlier versions. */
  take(): Candle[] {
    const minute = this.minute ?? this.fold.forming();
    if (minute !== null) this.over.push(...this.ladder.put(minute));
    const taken = [...this.over, ...(minute === null ? [] : [minute]), ...this.ladder.forming()];
    this.over = [];
    this.hasChanged = false;
    return taken;
  }

  /** Takes finished candles of `ladderSeeds` from the store, at the start or after history was filled in. */
  seed(stored: readonly Candle[]): void {
    this.ladder.seed(stored);
    this.hasChanged = true;
  }

  /** Goes on from the minute that an earlier run has left forming. */
  resume(forming: Candle): void {
    this.fold.resume(forming);
  }

  /** Trades that came too late for any minute still held. */
  get dropped(): number {
    return this.fold.dropped;
  }

  private settle(minutes: readonly Candle[]): readonly Candle[] {
    for (const minute of minutes) this.end([minute, ...this.ladder.put(minute)]);
    return minutes;
  }

  private end(candles: readonly Candle[]): void {
    if (candles.length === 0) return;
    this.over.push(...candles);
    this.hasChanged = true;
  }
}
