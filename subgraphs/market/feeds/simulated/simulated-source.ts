import { setImmediate as breathe } from 'node:timers/promises';
import { openTimeOf } from '../../rules/candles';
import type { Candle } from '../../rules/market-data';
import { type UniverseAsset, knownAsset } from '../../rules/universe';
import { type Timers, pause } from '../timers';
import type { Sink, Source } from '../source';
import { untilAborted } from '../until-aborted';
import { chunks } from '../chunks';
import type { Bar } from './bars';
import { type DayRange, DayWindow, spreadOverDay } from './day-window';
import {
  DEFAULT_DEPTH,
  type HistoryDepth,
  type PricePath,
  barsOf,
  candlesOf,
  freshPath,
  pathSince,
} from './history';
import { LiveMarket } from './live-market';
import { MarketModel, type SimulatedAsset, simulatedAsset } from './model';

/** Prices move this often, in ms. */
const STEP_MS = 100;
const DAY_STATS_EVERY_MS = 1_000;
/** For the rest of a longer silence (a machine that slept) the market stood still. */
const LONGEST_STEP_MS = 10_000;
const MOST_CANDLES_AT_ONCE = 1_000;
const FALLBACK_MARKET_VOLATILITY = 0.45;

/** Where an earlier run, of whatever source, has left a price. */
export interface ResumePoint {
  /** USD, as text. */
  price: string;
  /** Market time, epoch ms. */
  time: number;
  /** Of the 24 hours before. */
  dayStats?: DayRange;
}

export interface SimulatedOptions {
  assets: readonly UniverseAsset[];
  /** The same seed and times give the same market. */
  seed: string;
  timers: Timers;
  /** How many times as many trades as by default, which is about one a second and asset. */
  activity?: number;
  depth?: HistoryDepth;
  /** The market goes on from there instead of inventing a past; null for an asset without one. */
  resumeFrom?: (symbol: string) => ResumePoint | null;
  /**
   * Until when a past is invented (epoch ms), the same for the same time, which an earlier run may
   * have begun with; null where there is one. Now for an asset to resume from nothing.
   */
  pastUntil?: (symbol: string) => number | null;
}

/** A market that looks real and is not: seeded, correlated, with a past that leads up to now. */
export function createSimulatedSource(options: SimulatedOptions): Source {
  return {
    kind: 'simulated',
    sendsMinutes: false,
    description: `Simulated prices of ${options.assets.length} assets (seed ${options.seed}): no real market.`,
    run: (sink, signal) => new Simulation(options, sink, signal).run(),
  };
}

interface Stretch {
  path: PricePath;
  /** The end of its last minute, epoch ms. */
  to: number;
}

interface Past {
  asset: SimulatedAsset;
  /** Oldest first. */
  stretches: readonly Stretch[];
  /** USD, where it ends. */
  endPrice: number;
  /** The minutes before, as far as an earlier run has left them. */
  remembered: readonly Bar[];
}

class Simulation {
  private readonly model: MarketModel;
  private readonly assets: SimulatedAsset[];
  private readonly windows = new Map<string, DayWindow>();
  private readonly changed = new Set<string>();
  private readonly depth: HistoryDepth;
  private readonly startedAt: number;

  constructor(
    private readonly options: SimulatedOptions,
    private readonly sink: Sink,
    private readonly signal: AbortSignal,
  ) {
    const volatility = knownAsset('BTC')?.annualVolatility ?? FALLBACK_MARKET_VOLATILITY;
    this.model = new MarketModel(options.seed, volatility);
    this.assets = options.assets.map((asset) => simulatedAsset(asset, volatility));
    this.depth = options.depth ?? DEFAULT_DEPTH;
    this.startedAt = options.timers.now();
    for (const asset of this.assets) this.windows.set(asset.symbol, new DayWindow(asset));
  }

  async run(): Promise<void> {
    const pasts: Past[] = [];
    const market = new LiveMarket(this.model, this.options.activity ?? 1, this.startedAt);
    for (const asset of this.assets) {
      const past = this.pastOf(asset);
      pasts.push(past);
      market.add(asset, past.endPrice);
      await breathe();
    }
    this.sink.connected();
    await untilAborted(Promise.all([this.trade(market), this.handOver(pasts)]), this.signal);
  }

  private pastOf(asset: SimulatedAsset): Past {
    const { model, startedAt, depth } = this;
    const resume = this.options.resumeFrom?.(asset.symbol) ?? null;
    const until = this.options.pastUntil?.(asset.symbol) ?? (resume === null ? startedAt : null);
    const invented = until === null ? null : freshPath(model, asset, until, depth);
    const from =
      resume === null
        ? { price: invented?.endPrice ?? asset.referencePrice, time: until ?? startedAt }
        : { price: Number(resume.price), time: resume.time };
    const path = pathSince(model, asset, from, startedAt, depth);
    const since = { path, to: openTimeOf('1m', startedAt) };
    const { endPrice } = path;
    if (invented === null) {
      return { asset, stretches: [since], endPrice, remembered: rememberedOf(asset, resume) };
    }
    const before = { path: invented, to: openTimeOf('1m', until ?? startedAt) };
    return { asset, stretches: [before, since], endPrice, remembered: [] };
  }

  private async trade(market: LiveMarket): Promise<void> {
    const { timers } = this.options;
    let time = this.startedAt;
    let statsAt = time;
    for (;;) {
      await pause(timers, STEP_MS, this.signal);
      const now = Math.max(time, timers.now());
      this.print(market, Math.max(time, now - LONGEST_STEP_MS), now);
      time = now;
      if (now - statsAt < DAY_STATS_EVERY_MS) continue;
      statsAt = now;
      this.publishDayStats(now);
    }
  }

  private print(market: LiveMarket, from: number, to: number): void {
    if (to === from) return;
    for (const printed of market.advance(from, to)) {
      this.windows.get(printed.trade.symbol)?.add(printed);
      this.changed.add(printed.trade.symbol);
      this.sink.trade(printed.trade);
    }
  }

  private publishDayStats(time: number): void {
    for (const symbol of this.changed) {
      const stats = this.windows.get(symbol)?.stats(time) ?? null;
      if (stats !== null) this.sink.dayStats(stats);
    }
    this.changed.clear();
  }

  /** Hands over history asset by asset, in pieces that leave room for everything else. */
  private async handOver(pasts: readonly Past[]): Promise<void> {
    for (const { asset, stretches, remembered } of pasts) {
      const past = stretches.map(({ path, to }) => {
        const bars = barsOf(this.model, asset, path);
        return { bars, from: path.steps[0]?.openTime ?? to, to };
      });
      const minutes = past.flatMap(({ bars }) => bars['1m']);
      this.windows.get(asset.symbol)?.prepend([...remembered, ...minutes]);
      for (const { bars, ...range } of past) {
        for (const candles of candlesOf(asset, bars, range)) await this.backfill(candles);
      }
      if (this.signal.aborted) return;
      this.sink.filled?.(asset.symbol);
    }
  }

  private async backfill(candles: Candle[]): Promise<void> {
    for (const some of chunks(candles, MOST_CANDLES_AT_ONCE)) {
      if (this.signal.aborted) return;
      await this.sink.backfill(some);
      await breathe();
    }
  }
}

/** The day before an earlier run ended, as far as its statistics tell. */
const rememberedOf = (asset: SimulatedAsset, resume: ResumePoint | null): Bar[] =>
  resume?.dayStats === undefined ? [] : spreadOverDay(asset, resume, resume.dayStats);
