import type { Candle, DayStats, Trade } from '../rules/market-data';
import type { Sink } from '../feeds/source';

/** Keeps everything that a source hands on, in order. */
export class RecordingSink implements Sink {
  readonly trades: Trade[] = [];
  readonly minutes: Candle[] = [];
  readonly stats: DayStats[] = [];
  readonly history: Candle[] = [];
  readonly filledSymbols: string[] = [];
  /** `connected`, `disconnected: <reason>` and `ended`, as they came. */
  readonly states: string[] = [];

  trade(trade: Trade): void {
    this.trades.push(trade);
  }

  minute(candle: Candle): void {
    this.minutes.push(candle);
  }

  dayStats(stats: DayStats): void {
    this.stats.push(stats);
  }

  backfill(candles: Candle[]): Promise<void> {
    this.history.push(...candles);
    return Promise.resolve();
  }

  filled(symbol: string): void {
    this.filledSymbols.push(symbol);
  }

  disconnected(reason: string): void {
    this.states.push(`disconnected: ${reason}`);
  }

  connected(): void {
    this.states.push('connected');
  }

  ended(): void {
    this.states.push('ended');
  }
}
