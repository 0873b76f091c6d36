import { Agent, request } from 'undici';
import type { z } from 'zod';
import type { ExchangeRate } from '../../rules/exchange-rates';
import { AttemptWindow, type Random, backoffMs } from '../pacing';
import { chunks } from '../chunks';
import { type Timers, pause } from '../timers';
import { type Outcome, readAnswer } from './answers';
import {
  type CoinMarket,
  type GlobalReport,
  toCoinMarkets,
  toExchangeRates,
  toGlobalReport,
  toTrendingIds,
} from './parse';
import type { CoinGeckoPlan } from './plans';
import { CoinList, CoinMarkets, ExchangeRates, Global, Trending } from './wire';

/** CoinGecko did not give an answer that can be used; the message says why. */
export class CoinGeckoError extends Error {
  override readonly name = 'CoinGeckoError';

  constructor(
    message: string,
    /** CoinGecko's own code, e.g. 10002 for a missing key; null where there is none. */
    readonly code: number | null,
  ) {
    super(message);
  }
}

export interface CoinGeckoOptions {
  plan: CoinGeckoPlan;
  timers: Timers;
  random: Random;
}

/** Most coins that one request for markets or prices names. */
export const COINS_PER_PAGE = 250;

const ANSWER_TIMEOUT_MS = 15_000;
const LARGEST_BODY_BYTES = 32 * 1024 * 1024;
const MOST_FAILURES = 3;
const MINUTE_MS = 60_000;

type Query = Record<string, string | number | boolean>;

/** CoinGecko's API within the limits of a plan: waits where it must, tries again where that helps. */
export class CoinGecko {
  private readonly agent = new Agent({
    headersTimeout: ANSWER_TIMEOUT_MS,
    bodyTimeout: ANSWER_TIMEOUT_MS,
    maxResponseSize: LARGEST_BODY_BYTES,
  });
  private readonly calls: AttemptWindow;
  private pausedUntil = 0;

  constructor(private readonly options: CoinGeckoOptions) {
    const { plan, timers } = options;
    this.calls = new AttemptWindow(plan.callsPerMinute, MINUTE_MS, timers.now);
  }

  close(): Promise<void> {
    return this.agent.destroy();
  }

  /** The coins with these ids; those CoinGecko does not know are missing. */
  async markets(ids: readonly string[], signal: AbortSignal): Promise<CoinMarket[]> {
    const markets: CoinMarket[] = [];
    for (const page of chunks(ids, COINS_PER_PAGE)) {
      const query = {
        vs_currency: 'usd',
        ids: page.join(','),
        per_page: COINS_PER_PAGE,
        page: 1,
        sparkline: true,
        price_change_percentage: '1h,24h,7d',
        precision: 'full',
      };
      markets.push(...toCoinMarkets(await this.get('coins/markets', query, CoinMarkets, signal)));
    }
    return markets;
  }

  async global(signal: AbortSignal): Promise<GlobalReport> {
    return toGlobalReport(await this.get('global', {}, Global, signal));
  }

  /** What a US dollar is worth in the currencies of states. */
  async exchangeRates(signal: AbortSignal): Promise<ExchangeRate[]> {
    return toExchangeRates(await this.get('exchange_rates', {}, ExchangeRates, signal));
  }

  /** Ids of the coins that are searched for most, most attention first. */
  async trending(signal: AbortSignal): Promise<string[]> {
    return toTrendingIds(await this.get('search/trending', {}, Trending, signal));
  }

  /** All coins there are. */
  list(signal: AbortSignal): Promise<CoinList> {
    return this.get('coins/list', {}, CoinList, signal);
  }

  private async get<Body>(
    path: string,
    query: Query,
    schema: z.ZodType<Body>,
    signal: AbortSignal,
  ): Promise<Body> {
    for (let failures = 1; ; failures += 1) {
      await this.turn(signal);
      const outcome = await this.ask(path, query, schema, signal);
      if (outcome.kind === 'ok') return outcome.body;
      if (outcome.kind === 'limited') this.pausedUntil = this.now() + outcome.waitMs;
      const code = outcome.kind === 'refused' ? outcome.code : null;
      if (outcome.kind === 'refused' || failures === MOST_FAILURES)
        throw new CoinGeckoError(`${path}: ${outcome.reason}`, code);
      if (outcome.kind === 'unavailable') await this.backOff(failures, signal);
    }
  }

  /** Waits until neither a limit nor the plan is in the way: every request counts, also a failed one. */
  private async turn(signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      const limited = this.pausedUntil - this.now();
      const wait = limited > 0 ? limited : this.calls.take();
      if (wait <= 0) return;
      await pause(this.options.timers, wait, signal);
    }
  }

  private async ask<Body>(
    path: string,
    query: Query,
    schema: z.ZodType<Body>,
    signal: AbortSignal,
  ): Promise<Outcome<Body>> {
    const { host, headers } = this.options.plan;
    try {
      const answer = await request(`${host}/${path}`, {
        query,
        headers: { accept: 'application/json', ...headers },
        dispatcher: this.agent,
        signal,
      });
      const body = await answer.body.text();
      return readAnswer({ status: answer.statusCode, headers: answer.headers, body }, schema);
    } catch (err) {
      signal.throwIfAborted();
      return { kind: 'unavailable', reason: (err as Error).message };
    }
  }

  private backOff(failures: number, signal: AbortSignal): Promise<void> {
    const { timers, random } = this.options;
    return pause(timers, backoffMs(failures - 1, random), signal);
  }

  private now(): number {
    return this.options.timers.now();
  }
}
