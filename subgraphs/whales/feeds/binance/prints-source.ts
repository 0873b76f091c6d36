import { type Trade, Sweeps } from '../../rules/prints';
import { keepConnected } from '../keep-connected';
import type { Outside } from '../outside';
import type { PrintSink, PrintSource, Sink } from '../source';
import { Connection } from './connection';
import { pairOf } from './parse';

export interface PrintsOptions {
  /** Tried in turn. */
  hosts: readonly string[];
  /** Tickers of the assets; each is followed against USDT. */
  symbols: readonly string[];
  /** In USD. */
  minUsd: string;
  outside: Outside;
  silenceMs?: number;
  rotateAfterMs?: number;
  /** The first pause before connecting again, in ms; it doubles up to a minute. */
  retryMs?: number;
}

export const BINANCE = 'binance';
export const BINANCE_PRINTS = 'binance-prints';

const SILENCE_MS = 30_000;
const ROTATE_AFTER_MS = 23 * 3_600_000;
const RETRY_MS = 1_000;
/** How often it is looked which sweeps have ended, and how much later than the exchange's clock they may come, in ms. */
const SWEEP_MS = 200;
const LATEST_MS = 1_000;

/** Large trades on Binance: the sums of what one order took, and block trades. */
export function createPrintsSource(options: PrintsOptions): PrintSource {
  return {
    name: BINANCE_PRINTS,
    kind: 'LIVE',
    run: (sink, signal) => run(options, sink, signal),
  };
}

async function run(options: PrintsOptions, sink: PrintSink, signal: AbortSignal): Promise<void> {
  const { hosts, minUsd, outside, retryMs = RETRY_MS } = options;
  const sweeps = new Sweeps(BINANCE, minUsd);
  const newest = new Map<string, number>();
  const take = (trade: Trade): void => {
    const key = `${trade.symbol} ${trade.isBlock}`;
    // While two connections stand, both tell.
    if (trade.id <= (newest.get(key) ?? -1)) return;
    newest.set(key, trade.id);
    for (const print of sweeps.add(trade)) void sink.printed(print);
  };
  const stopSweeping = outside.every(SWEEP_MS, () => {
    const ended = sweeps.endedBefore(outside.clock() - LATEST_MS);
    for (const print of ended) void sink.printed(print);
  });
  let attempts = 0;
  const connected = { sink: { ...sink, seen: async () => false }, retryMs, timers: outside };
  await keepConnected(connected, signal, (each) => {
    const host = hosts[attempts % hosts.length] ?? '';
    attempts += 1;
    return new Lane(options, host, each, take);
  });
  stopSweeping();
}

/** A connection and, when it is due, the one that takes its place: both are read until the second one has spoken. */
class Lane {
  private readonly streams: readonly string[];
  private older: Connection | null = null;

  constructor(
    private readonly options: PrintsOptions,
    private readonly host: string,
    private readonly sink: Pick<Sink, 'connected'>,
    private readonly take: (trade: Trade) => void,
  ) {
    this.streams = options.symbols.flatMap((symbol) => {
      const pair = pairOf(symbol).toLowerCase();
      return [`${pair}@aggTrade`, `${pair}@blockTrade`].map(encodeURIComponent);
    });
  }

  /** Resolves to why the last one ended. */
  async run(signal: AbortSignal): Promise<string> {
    return this.open(signal);
  }

  private async open(signal: AbortSignal): Promise<string> {
    const { outside, silenceMs = SILENCE_MS, rotateAfterMs = ROTATE_AFTER_MS } = this.options;
    let successor: Promise<string> | null = null;
    let hasSpoken = false;
    const connection = new Connection(
      {
        ...{ outside, source: BINANCE_PRINTS, host: this.host, streams: this.streams },
        ...{ silenceMs, rotateAfterMs },
      },
      {
        trade: (trade) => {
          if (!hasSpoken) this.takeOver();
          hasSpoken = true;
          this.take(trade);
        },
        due: () => {
          this.older = connection;
          successor = this.open(signal);
        },
      },
    );
    const reason = await connection.run(signal);
    return (await (successor as Promise<string> | null)) ?? reason;
  }

  private takeOver(): void {
    this.sink.connected();
    this.older?.end();
    this.older = null;
  }
}
