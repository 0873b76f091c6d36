import { setTimeout as sleep } from 'node:timers/promises';
import type { DurableEvents } from '@spyhop/platform/durable-events';
import type { Log } from '@spyhop/platform/log';
import type { Stop } from '@spyhop/platform/shutdown';
import {
  type CandleInterval,
  type CandlesClosed,
  type FeedKind,
  candlesClosed,
  datasetReplaced,
} from '@spyhop/platform/topics';
import { INTERVAL_MS, endOf, openTimeOf } from '../rules/candles';
import type { Candle } from '../rules/market-data';
import type { SymbolStretch } from '../store/closed-candles';
import type { DatasetClaim } from '../store/dataset';

export type ReadCloses = (
  interval: CandleInterval,
  stretches: readonly SymbolStretch[],
) => Promise<ReadonlyMap<string, CandlesClosed['candles']>>;

type Claim = Pick<DatasetClaim, 'begun' | 'unannounced' | 'announced'>;

export interface AnnounceParts {
  /** Which dataset the candles are of: nothing is told before that is known, or if it never is. */
  claim: Promise<Claim>;
  /** Where the candles of that dataset come from. */
  kind: FeedKind;
  /** Closes of finished candles by symbol, oldest first. */
  readCloses: ReadCloses;
  events: Pick<DurableEvents, 'append'>;
  log: Log;
  /** Pause before trying again, in ms. */
  retryMs?: number;
}

export interface Announcer {
  /** Finished candles that are in the store now. */
  written(candles: readonly Candle[]): void;
  /** Says again how things stand at `until` (epoch ms), for readers that may have missed events. */
  restate(symbols: readonly string[], until: number): void;
  /** Resolves when nothing waits to be announced. */
  drained(): Promise<void>;
  stop: Stop;
}

/** How much history is worth an event, per interval; further back nobody computes from it. */
const ANNOUNCED = { '1m': 500, '5m': 500, '1h': 1_000, '1d': 500 } as const satisfies Partial<
  Record<CandleInterval, number>
>;
type Announced = keyof typeof ANNOUNCED;
const INTERVALS = Object.keys(ANNOUNCED) as Announced[];
const MOST_PER_EVENT = 500;
/** Candles of each interval that are said again: what may have been lost between a write and its event. */
const RESTATED = 60;

/**
 * Tells other domains which symbols have a new dataset, and then which candles are final, from the
 * store and after the write, so that an event
 * never runs ahead of what can be read. Coarser candles follow once their last minute is over.
 */
export function announceClosed(parts: AnnounceParts): Announcer {
  return new ClosedCandles(parts);
}

class ClosedCandles implements Announcer {
  /** Per interval and symbol, where the next announcement starts. */
  private readonly from = new Map<Announced, Map<string, number>>(
    INTERVALS.map((interval) => [interval, new Map()]),
  );
  /** Per symbol, the end of its newest finished candle. */
  private readonly until = new Map<string, number>();
  private readonly ending = new AbortController();
  private running: Promise<void> | null = null;
  private hasToldDatasets = false;

  constructor(private readonly parts: AnnounceParts) {
    this.run();
  }

  written(candles: readonly Candle[]): void {
    for (const candle of candles) {
      const { symbol } = candle;
      this.until.set(symbol, Math.max(this.until.get(symbol) ?? 0, endOf(candle)));
      for (const interval of INTERVALS) {
        if (INTERVAL_MS[interval] < INTERVAL_MS[candle.interval]) continue;
        this.startFrom(interval, symbol, openTimeOf(interval, candle.openTime));
      }
    }
    this.run();
  }

  restate(symbols: readonly string[], until: number): void {
    for (const symbol of symbols) {
      this.until.set(symbol, Math.max(this.until.get(symbol) ?? 0, until));
      for (const interval of INTERVALS) {
        const newest = openTimeOf(interval, until);
        this.startFrom(interval, symbol, newest - RESTATED * INTERVAL_MS[interval]);
      }
    }
    this.run();
  }

  async drained(): Promise<void> {
    while (this.running !== null) await this.running;
  }

  async stop(): Promise<void> {
    this.ending.abort();
    await this.running;
  }

  private startFrom(interval: Announced, symbol: string, time: number): void {
    const starts = this.from.get(interval);
    starts?.set(symbol, Math.min(starts.get(symbol) ?? Infinity, time));
  }

  private run(): void {
    this.running ??= this.announceAll().finally(() => {
      this.running = null;
      if (this.nextDue() !== undefined && !this.ending.signal.aborted) this.run();
    });
  }

  private async announceAll(): Promise<void> {
    const claim = await this.parts.claim.catch(() => null);
    if (claim === null) return this.ending.abort();
    for (let failed = false; !this.ending.signal.aborted;) {
      try {
        if (!this.hasToldDatasets) await this.tellDatasets(claim);
        const interval = this.nextDue();
        if (interval === undefined) return;
        await this.announce(interval, this.due(interval), claim.begun);
        failed = false;
      } catch (err) {
        if (!failed)
          this.parts.log.warn({ err }, 'closed candles cannot be announced; trying again');
        failed = true;
        const { retryMs = 1_000 } = this.parts;
        await sleep(retryMs, undefined, { signal: this.ending.signal }).catch(() => undefined);
      }
    }
  }

  private nextDue(): Announced | undefined {
    return INTERVALS.find((interval) => this.due(interval).length > 0);
  }

  /** What is over and not announced yet. */
  private due(interval: Announced): SymbolStretch[] {
    const starts = [...(this.from.get(interval) ?? [])];
    return starts.flatMap(([symbol, start]) => {
      const until = this.until.get(symbol);
      if (until === undefined) return [];
      const to = openTimeOf(interval, until);
      const from = Math.max(start, to - ANNOUNCED[interval] * INTERVAL_MS[interval]);
      return from < to ? [{ symbol, from, to }] : [];
    });
  }

  private async tellDatasets({ begun, unannounced, announced }: Claim): Promise<void> {
    for (const symbol of unannounced) {
      const dataset = begun.get(symbol);
      if (dataset === undefined) continue;
      await this.parts.events.append(datasetReplaced, { symbol, dataset });
    }
    await announced(unannounced);
    for (const symbol of unannounced) {
      for (const interval of INTERVALS) this.startFrom(interval, symbol, -Infinity);
    }
    this.hasToldDatasets = true;
  }

  private async announce(
    interval: Announced,
    stretches: readonly SymbolStretch[],
    begun: Claim['begun'],
  ): Promise<void> {
    const { kind } = this.parts;
    const starts = this.from.get(interval);
    // What is written meanwhile may reach further back again.
    for (const { symbol, to } of stretches) starts?.set(symbol, to);
    try {
      const closes = await this.parts.readCloses(interval, stretches);
      for (const [symbol, candles] of closes) {
        const dataset = begun.get(symbol);
        if (dataset !== undefined) await this.append({ symbol, dataset, kind, interval }, candles);
      }
    } catch (err) {
      for (const { symbol, from } of stretches) this.startFrom(interval, symbol, from);
      throw err;
    }
  }

  private async append(
    series: Omit<CandlesClosed, 'candles'>,
    candles: CandlesClosed['candles'],
  ): Promise<void> {
    for (let at = 0; at < candles.length; at += MOST_PER_EVENT) {
      const part = candles.slice(at, at + MOST_PER_EVENT);
      await this.parts.events.append(candlesClosed, { ...series, candles: part });
    }
  }
}
