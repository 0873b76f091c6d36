import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '@spyhop/platform/log';
import type { Stop } from '@spyhop/platform/shutdown';
import type { Candle } from '../rules/market-data';
import type { FeedMetrics } from './feed-metrics';

export interface WriteCandlesParts {
  /** Writes finished candles, all or none; those already there are replaced. */
  write: (candles: readonly Candle[]) => Promise<unknown>;
  /** Called after each successful write; history came through `backfill`. */
  onWritten: (candles: readonly Candle[], isHistory: boolean) => void;
  log: Log;
  metrics: Pick<FeedMetrics, 'queued' | 'written' | 'failedWrites'>;
  /** Pauses between tries grow from the first to the second of these, in ms. */
  retryMs?: readonly [first: number, longest: number];
}

export interface CandleQueue {
  /** A minute that has just ended. Never waits: live prices go on while PostgreSQL is away. */
  push(minute: Candle): void;
  /** History. Resolves once accepted, which takes as long as the queue is full. */
  backfill(candles: readonly Candle[]): Promise<void>;
  /** Resolves when the history accepted so far is written; to false where the queue was stopped before. */
  historyWritten(): Promise<boolean>;
  /** Resolves when everything accepted so far is written. */
  drained(): Promise<void>;
  /** Writes what is left, as far as that works within some seconds. */
  stop: Stop;
}

const BATCH = 2_000;
/** About a day and a half of 50 markets; what is older than that is filled in again by the source. */
const MOST_MINUTES = 100_000;
const MOST_HISTORY = 20_000;
const DRAIN_MS = 5_000;

/** Carries finished candles to PostgreSQL in batches, and keeps trying while it is away. */
export function writeCandles(parts: WriteCandlesParts): CandleQueue {
  return new Queue(parts);
}

class Queue implements CandleQueue {
  private readonly minutes = new Map<string, Candle>();
  private history: Candle[] = [];
  private inFlight = 0;
  /** Candles of history, ever. */
  private accepted = 0;
  private written = 0;
  /** How many the gauge, which other queues share, knows of. */
  private reported = 0;
  private wakeWriter: () => void = () => undefined;
  private readonly waiting = new Set<() => void>();
  private readonly ending = new AbortController();
  private readonly giveUp = new AbortController();
  private readonly running: Promise<void>;

  constructor(private readonly parts: WriteCandlesParts) {
    this.running = this.run();
  }

  push(minute: Candle): void {
    const key = `${minute.symbol} ${minute.openTime}`;
    this.minutes.delete(key);
    this.minutes.set(key, minute);
    if (this.minutes.size > MOST_MINUTES) this.dropOldest();
    this.changed();
  }

  async backfill(candles: readonly Candle[]): Promise<void> {
    for (let from = 0; from < candles.length; from += BATCH) {
      while (this.history.length >= MOST_HISTORY && !this.ending.signal.aborted)
        await this.change();
      const some = candles.slice(from, from + BATCH);
      this.history.push(...some);
      this.accepted += some.length;
      this.changed();
    }
  }

  async historyWritten(): Promise<boolean> {
    const { accepted } = this;
    while (this.written < accepted && !this.giveUp.signal.aborted) await this.change();
    return this.written >= accepted;
  }

  async drained(): Promise<void> {
    while (this.size > 0 && !this.giveUp.signal.aborted) await this.change();
  }

  async stop(): Promise<void> {
    this.ending.abort();
    this.changed();
    const late = setTimeout(() => this.giveUp.abort(), DRAIN_MS);
    await this.running.finally(() => clearTimeout(late));
    this.giveUp.abort();
    this.changed();
    if (this.size > 0) this.parts.log.error({ candles: this.size }, 'candles could not be written');
    this.report(0);
  }

  private get size(): number {
    return this.minutes.size + this.history.length + this.inFlight;
  }

  private async run(): Promise<void> {
    while (!this.giveUp.signal.aborted) {
      const isHistory = this.minutes.size === 0;
      const batch = isHistory ? this.history.splice(0, BATCH) : this.takeMinutes();
      this.inFlight = batch.length;
      if (batch.length > 0) await this.writeUntilDone(batch, isHistory);
      else if (this.ending.signal.aborted) return;
      else await new Promise<void>((resolve) => (this.wakeWriter = resolve));
    }
  }

  private takeMinutes(): Candle[] {
    const oldest = [...this.minutes].slice(0, BATCH);
    for (const [key] of oldest) this.minutes.delete(key);
    return oldest.map(([, minute]) => minute);
  }

  private async writeUntilDone(batch: readonly Candle[], isHistory: boolean): Promise<void> {
    const { log, metrics, retryMs = [250, 5_000] } = this.parts;
    for (let tries = 0; !this.giveUp.signal.aborted; tries += 1) {
      try {
        await this.parts.write(batch);
        if (tries > 0) log.info({ candles: this.size }, 'candles are written again');
        break;
      } catch (err) {
        if (tries === 0) log.warn({ err }, 'candles cannot be written; trying until it works');
        metrics.failedWrites.inc({ store: 'postgresql' });
        const pause = Math.min(retryMs[0] * 2 ** tries, retryMs[1]);
        await sleep(pause, undefined, { signal: this.giveUp.signal }).catch(() => undefined);
      }
    }
    if (this.giveUp.signal.aborted) return;
    metrics.written.inc(batch.length);
    this.inFlight = 0;
    if (isHistory) this.written += batch.length;
    this.parts.onWritten(batch, isHistory);
    this.changed();
  }

  private dropOldest(): void {
    const oldest = this.minutes.keys().next();
    if (oldest.done) return;
    this.minutes.delete(oldest.value);
    this.parts.log.error({ minute: oldest.value }, 'the queue of candles is full: one is lost');
  }

  private changed(): void {
    this.report(this.size);
    this.wakeWriter();
    for (const wake of this.waiting) wake();
    this.waiting.clear();
  }

  private report(size: number): void {
    this.parts.metrics.queued.inc(size - this.reported);
    this.reported = size;
  }

  private change(): Promise<void> {
    return new Promise((resolve) => this.waiting.add(resolve));
  }
}
