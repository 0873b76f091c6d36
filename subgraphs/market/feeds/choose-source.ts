import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '@spyhop/platform/log';
import type { Candle, DayStats } from '../rules/market-data';
import type { Sink, Source } from './source';

export const MARKET_SOURCES = ['auto', 'live', 'replay', 'simulated'] as const;
export type MarketSource = (typeof MARKET_SOURCES)[number];

export interface Choice {
  chosen: MarketSource;
  /** Each makes a source that is run once. */
  sources: Record<Exclude<MarketSource, 'auto'>, () => Source>;
  /** How long `auto` waits for the first contact with the live source, in ms. */
  patienceMs: number;
  /** Whether live prices or candles are there from before, which a simulation would replace. */
  hasLivePast: () => Promise<boolean>;
  log: Log;
}

/** Shows a source until the signal aborts. */
export type Show = (source: Source, signal: AbortSignal) => Promise<void>;

/**
 * Shows the chosen source. `auto` shows the live one if it answers in time, or if it ever has: then
 * what it said last stays, with its age, until it answers again. Else the simulated one, while the
 * live source goes on trying behind it, and changes over for good once that answers.
 */
export async function showChosen(choice: Choice, show: Show, signal: AbortSignal): Promise<void> {
  const { chosen, sources } = choice;
  if (chosen === 'auto') await showLiveOrSimulated(choice, show, signal);
  else await show(sources[chosen](), signal);
}

async function showLiveOrSimulated(
  { sources, patienceMs, hasLivePast, log }: Choice,
  show: Show,
  signal: AbortSignal,
): Promise<void> {
  const live = new WaitingSource(sources.live(), signal);
  const patience = sleep(patienceMs, false, { signal }).catch(() => false);
  const answers = await Promise.race([live.contact, live.failure, patience]);
  if (!answers && !signal.aborted && (await hasLivePast())) {
    log.warn('the live source does not answer: what it said last is shown until it does');
  } else if (!answers && !signal.aborted) {
    log.warn('the live source does not answer: showing simulated prices until it does');
    const arrival = new AbortController();
    void live.contact.then(() => arrival.abort());
    const simulated = insteadOfLive(sources.simulated());
    await show(simulated, AbortSignal.any([signal, arrival.signal]));
    if (!signal.aborted) log.info('the live source answers: changing over to it');
  }
  if (!signal.aborted) await show(live, signal);
}

const insteadOfLive = (simulated: Source): Source => ({
  kind: simulated.kind,
  sendsMinutes: simulated.sendsMinutes,
  description: `${simulated.description} The exchange is out of reach and is tried again and again.`,
  run: (sink, signal) => simulated.run(sink, signal),
});

const FIRST_RETRY_MS = 5_000;
const LONGEST_RETRY_MS = 60_000;

/**
 * Runs a source before anybody looks at it: keeps the newest of everything but trades, lets history
 * wait, and hands it all over when it is shown.
 */
class WaitingSource implements Source {
  readonly kind: Source['kind'];
  readonly sendsMinutes: boolean;
  readonly description: string;
  /** Resolves to true when the source has reached its upstream. */
  readonly contact: Promise<true>;
  /** Resolves to false when a first attempt to start has failed. */
  readonly failure: Promise<false>;
  private readonly kept = new KeepingSink();
  private hasFailed: (value: false) => void = () => undefined;
  private readonly finished: Promise<void>;

  constructor(
    private readonly source: Source,
    signal: AbortSignal,
  ) {
    this.kind = source.kind;
    this.sendsMinutes = source.sendsMinutes;
    this.description = source.description;
    this.contact = this.kept.contact;
    this.failure = new Promise((resolve) => (this.hasFailed = resolve));
    this.finished = this.runUntilStarted(signal);
  }

  run(sink: Sink): Promise<void> {
    this.kept.handOver(sink);
    return this.finished;
  }

  private async runUntilStarted(signal: AbortSignal): Promise<void> {
    for (let pauseMs = FIRST_RETRY_MS; !signal.aborted; pauseMs *= 2) {
      try {
        return await this.source.run(this.kept, signal);
      } catch (err) {
        this.hasFailed(false);
        this.kept.disconnected(err instanceof Error ? err.message : String(err));
        const longest = Math.min(pauseMs, LONGEST_RETRY_MS);
        await sleep(longest, undefined, { signal }).catch(() => undefined);
      }
    }
  }
}

class KeepingSink implements Sink {
  readonly contact: Promise<true>;
  private reached: (value: true) => void = () => undefined;
  private sink: Sink | null = null;
  private open: (sink: Sink) => void = () => undefined;
  private readonly opened: Promise<Sink>;
  private readonly stats = new Map<string, DayStats>();
  private readonly minutes = new Map<string, Candle>();
  private lostBecause: string | null = null;

  constructor() {
    this.contact = new Promise((resolve) => (this.reached = resolve));
    this.opened = new Promise((resolve) => (this.open = resolve));
  }

  handOver(sink: Sink): void {
    for (const stats of this.stats.values()) sink.dayStats(stats);
    for (const minute of this.minutes.values()) sink.minute(minute);
    if (this.lostBecause !== null) sink.disconnected(this.lostBecause);
    this.sink = sink;
    this.open(sink);
  }

  trade: Sink['trade'] = (trade) => {
    if (this.sink !== null) this.sink.trade(trade);
    else this.reached(true);
  };

  minute: Sink['minute'] = (candle) => {
    if (this.sink !== null) return this.sink.minute(candle);
    this.minutes.set(`${candle.symbol} ${candle.openTime}`, candle);
    this.reached(true);
  };

  dayStats: Sink['dayStats'] = (stats) => {
    if (this.sink !== null) this.sink.dayStats(stats);
    else this.stats.set(stats.symbol, stats);
  };

  backfill: Sink['backfill'] = async (candles) => (await this.opened).backfill(candles);

  disconnected: Sink['disconnected'] = (reason) => {
    this.lostBecause = reason;
    this.sink?.disconnected(reason);
  };

  connected: Sink['connected'] = () => {
    this.lostBecause = null;
    if (this.sink !== null) this.sink.connected();
    else this.reached(true);
  };

  ended: Sink['ended'] = () => this.sink?.ended();
}
