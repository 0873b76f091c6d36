import type { Log } from '@spyhop/platform/log';
import type { CandleInterval } from '@spyhop/platform/topics';
import { Agent, request } from 'undici';
import type { z } from 'zod';
import type { Instrument } from '../../rules/instrument';
import type { Candle, DayStats, Trade } from '../../rules/market-data';
import type { Answer } from '../answer';
import { type Outcome, readAnswer, usedWeightOf } from './answers';
import { WeightBudget } from './budget';
import type { FeedCount } from './counts';
import { type Random, backoffMs } from '../pacing';
import { type SymbolsByPair, toCandles, toDayStatsOfTicker, toInstruments, toTrade } from './parse';
import { chunks } from '../chunks';
import { type Timers, pause } from '../timers';
import { AggTradeRows, DayTickers, ExchangeInfo, KlineRows } from './wire';

/** The exchange says that a request is wrong in itself. */
export class RequestRefused extends Error {
  override readonly name = 'RequestRefused';

  constructor(
    readonly code: number,
    reason: string,
  ) {
    super(reason);
  }
}

/** Tried as often as sensible, in vain. */
export class ExchangeUnavailable extends Error {
  override readonly name = 'ExchangeUnavailable';
}

const INVALID_SYMBOL = -1121;

export const isInvalidSymbol = (err: unknown): boolean =>
  err instanceof RequestRefused && err.code === INVALID_SYMBOL;

export interface RestOptions {
  /** Tried in turn: the next one when a host is not served here or does not answer. */
  hosts: readonly string[];
  symbols: SymbolsByPair;
  timers: Timers;
  random: Random;
  log: Log;
  count: (what: FeedCount) => void;
}

interface Request<Body> {
  path: string;
  query: Record<string, string | number>;
  weight: number;
  /** How much of the weight limit may be used up before this request has to wait. */
  share: number;
  schema: z.ZodType<Body>;
}

/** Most rows that klines and aggTrades return. */
export const ROWS_PER_PAGE = 1_000;

/** Twenty cost the least weight per pair. */
const PAIRS_PER_REQUEST = 20;
const URGENT_SHARE = 0.9;
const BACKGROUND_SHARE = 0.5;
const MOST_FAILURES = 6;
const CONNECTIONS = 16;
const ANSWER_TIMEOUT_MS = 12_000;
const LARGEST_BODY_BYTES = 64 * 1024 * 1024;

/** Binance's public REST API within its limits: waits where it must, tries again where that helps. */
export class BinanceRest {
  private readonly agent = new Agent({
    connections: CONNECTIONS,
    headersTimeout: ANSWER_TIMEOUT_MS,
    bodyTimeout: ANSWER_TIMEOUT_MS,
    maxResponseSize: LARGEST_BODY_BYTES,
  });
  private readonly budget: WeightBudget;
  private hostIndex = 0;
  private pausedUntil = 0;
  /** Exchange time minus ours, in ms. */
  private clockOffset = 0;

  constructor(private readonly options: RestOptions) {
    this.budget = new WeightBudget(options.timers.now);
  }

  close(): Promise<void> {
    return this.agent.destroy();
  }

  /** The exchange's time, epoch ms, as well as it is known. */
  now(): number {
    return this.options.timers.now() + this.clockOffset;
  }

  /** What the exchange knows of these pairs; a pair it does not know is missing from the answer. */
  async instruments(pairs: readonly string[], signal: AbortSignal): Promise<Instrument[]> {
    const infos = await this.withoutInvalid(pairs, async (some) => [
      await this.get(
        {
          path: 'exchangeInfo',
          query: { symbols: JSON.stringify(some), showPermissionSets: 'false' },
          weight: 20,
          share: URGENT_SHARE,
          schema: ExchangeInfo,
        },
        signal,
      ),
    ]);
    infos.forEach((info) => this.adopt(info));
    return infos.flatMap(toInstruments);
  }

  /** Rolling 24 h figures; pairs the exchange does not know are left out. */
  async dayStats(pairs: readonly string[], signal: AbortSignal): Promise<DayStats[]> {
    const tickers = await this.withoutInvalid(pairs, (some) =>
      this.get(
        {
          path: 'ticker/24hr',
          query: { symbols: JSON.stringify(some), type: 'MINI' },
          weight: some.length <= 20 ? 2 : 40,
          share: URGENT_SHARE,
          schema: DayTickers,
        },
        signal,
      ),
    );
    return tickers.flatMap((ticker) => {
      const symbol = this.options.symbols.get(ticker.symbol);
      return symbol === undefined ? [] : [toDayStatsOfTicker(symbol, ticker)];
    });
  }

  /** Finished candles that open between `from` and `to` (epoch ms, both inclusive), at most 1,000. */
  async candles(
    asset: { symbol: string; pair: string },
    span: { interval: CandleInterval; from: number; to: number; urgent: boolean },
    signal: AbortSignal,
  ): Promise<Candle[]> {
    const { interval, from, to, urgent } = span;
    const rows = await this.get(
      {
        path: 'klines',
        query: { symbol: asset.pair, interval, startTime: from, endTime: to, limit: ROWS_PER_PAGE },
        weight: 2,
        share: urgent ? URGENT_SHARE : BACKGROUND_SHARE,
        schema: KlineRows,
      },
      signal,
    );
    return toCandles(asset.symbol, interval, rows, this.now()).filter((candle) => candle.closed);
  }

  /** The aggregate trades `from` to `to`, both inclusive, at most 1,000. */
  async trades(
    asset: { symbol: string; pair: string },
    from: number,
    to: number,
    signal: AbortSignal,
  ): Promise<Trade[]> {
    const rows = await this.get(
      {
        path: 'aggTrades',
        query: { symbol: asset.pair, fromId: from, limit: to - from + 1 },
        weight: 4,
        share: URGENT_SHARE,
        schema: AggTradeRows,
      },
      signal,
    );
    return rows.filter((row) => row.a <= to).map((row) => toTrade(asset.symbol, row));
  }

  /** One unknown pair fails a whole list: halves the list until only the unknown ones are left out. */
  private async withoutInvalid<Item>(
    pairs: readonly string[],
    ask: (pairs: readonly string[]) => Promise<Item[]>,
  ): Promise<Item[]> {
    const found: Item[] = [];
    const parts = chunks(pairs, PAIRS_PER_REQUEST);
    for (let part = parts.shift(); part !== undefined; part = parts.shift()) {
      try {
        found.push(...(await ask(part)));
      } catch (err) {
        if (!isInvalidSymbol(err)) throw err;
        if (part.length > 1) parts.unshift(...chunks(part, Math.ceil(part.length / 2)));
      }
    }
    return found;
  }

  private adopt(info: ExchangeInfo): void {
    this.budget.adopt(info.rateLimits);
    this.clockOffset = info.serverTime - this.options.timers.now();
  }

  private async get<Body>(asked: Request<Body>, signal: AbortSignal): Promise<Body> {
    let failures = 0;
    for (;;) {
      await this.turn(asked, signal);
      const hostIndex = this.hostIndex;
      const outcome = await this.ask(asked, signal);
      if (outcome.kind === 'ok') return outcome.body;
      if (outcome.kind === 'refused') throw new RequestRefused(outcome.code, outcome.reason);
      if (outcome.kind === 'limited') {
        this.onLimited(outcome.waitMs, outcome.reason);
        continue;
      }
      failures += 1;
      if (this.hostIndex === hostIndex) this.hostIndex += 1;
      await this.onFailed(asked.path, outcome, failures, signal);
    }
  }

  /** Waits until neither a ban nor the budget is in the way. */
  private async turn(asked: Request<unknown>, signal: AbortSignal): Promise<void> {
    const { timers } = this.options;
    for (;;) {
      signal.throwIfAborted();
      const banned = this.pausedUntil - timers.now();
      const wait = banned > 0 ? banned : this.budget.take(asked.weight, asked.share);
      if (wait <= 0) return;
      await pause(timers, wait, signal);
    }
  }

  private async ask<Body>(asked: Request<Body>, signal: AbortSignal): Promise<Outcome<Body>> {
    try {
      const answer = await this.send(asked, signal);
      const used = usedWeightOf(answer, this.budget.header);
      if (used !== null) this.budget.note(used);
      return readAnswer(answer, asked.schema, this.options.timers.now());
    } catch (err) {
      signal.throwIfAborted();
      return { kind: 'unavailable', reason: (err as Error).message };
    }
  }

  private async send(asked: Request<unknown>, signal: AbortSignal): Promise<Answer> {
    const { hosts } = this.options;
    const url = `${hosts[this.hostIndex % hosts.length]}/api/v3/${asked.path}`;
    const { statusCode, headers, body } = await request(url, {
      query: asked.query,
      dispatcher: this.agent,
      signal,
    });
    return { status: statusCode, headers, body: await body.text() };
  }

  private onLimited(waitMs: number, reason: string): void {
    const { timers, log, count } = this.options;
    count('request limited');
    const until = timers.now() + waitMs;
    if (until > this.pausedUntil) log.warn({ reason, waitMs }, 'Binance limits requests; waiting');
    this.pausedUntil = Math.max(this.pausedUntil, until);
  }

  /** Waits before the next attempt, unless only this host is closed to us and another is left to try. */
  private async onFailed(
    path: string,
    outcome: { kind: 'blocked' | 'unavailable'; reason: string },
    failures: number,
    signal: AbortSignal,
  ): Promise<void> {
    const { hosts, timers, random, log, count } = this.options;
    count('request failed');
    if (failures >= MOST_FAILURES) throw new ExchangeUnavailable(`${path}: ${outcome.reason}`);
    log.debug({ path, reason: outcome.reason, failures }, 'a request failed');
    if (outcome.kind === 'blocked' && failures < hosts.length) return;
    await pause(timers, backoffMs(failures - 1, random), signal);
  }
}
