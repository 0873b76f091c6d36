import type { Sink, Source } from '../source';
import { LiveRun } from './live-run';
import { type BinanceOptions, type Settings, settingsOf } from './settings';

/** Live market data from Binance's public streams, with history and gaps filled through its REST API. */
export class BinanceSource implements Source {
  readonly kind = 'live';
  readonly sendsMinutes = true;
  readonly description = 'Live prices from Binance.';
  private readonly settings: Settings;

  constructor(options: BinanceOptions) {
    this.settings = settingsOf(options);
  }

  run(sink: Sink, signal: AbortSignal): Promise<void> {
    return new LiveRun(this.settings, sink, signal).run();
  }
}
