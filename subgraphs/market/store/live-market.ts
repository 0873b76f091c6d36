import {
  type CandleEvent,
  type CandleInterval,
  CandleEvent as candleEvent,
  type FeedStatusEvent,
  FeedStatusEvent as feedStatusEvent,
  type TradeEvent,
  TradeEvent as tradeEvent,
} from '@spyhop/platform/topics';
import type { RedisSpace } from '@spyhop/platform/redis';
import { z } from 'zod';
import type { RatesOfDollar } from '../rules/exchange-rates';
import { wholeFeed } from '../rules/whole-feed';

const decimalText = z.string();
const epochMs = z.number().int();

/** Rolling statistics of the last 24 hours; prices in USD. */
const QuoteDayStats = z.object({
  open: decimalText,
  high: decimalText,
  low: decimalText,
  /** Units of the asset. */
  volume: decimalText,
  /** USD. */
  quoteVolume: decimalText,
});
export type QuoteDayStats = z.infer<typeof QuoteDayStats>;

/** The newest price of one symbol. */
export const LastPrice = z.object({
  symbol: z.string(),
  /** USD. */
  price: decimalText,
  /** Market time of the trade, epoch ms. */
  time: epochMs,
  /** When the feed received it, epoch ms. */
  receivedAt: epochMs,
  dayStats: QuoteDayStats.optional(),
});
export type LastPrice = z.infer<typeof LastPrice>;

/** What prices are compared with; USD, null where history does not reach that far. */
export const Baseline = z.object({
  price1h: decimalText.nullable(),
  price24h: decimalText.nullable(),
  price7d: decimalText.nullable(),
  /** Hourly closes of the last 7 days, oldest first, at most 168. */
  sparkline: z.array(decimalText),
  /** Market time these were computed for, epoch ms. */
  at: epochMs,
});
export type Baseline = z.infer<typeof Baseline>;

/** The whole market at a glance; USD and percent. */
export const GlobalFigures = z.object({
  marketCap: decimalText,
  volume24h: decimalText,
  /** Percent. */
  marketCapChange24h: z.number().nullable(),
  /** Percent. */
  btcDominance: z.number().nullable(),
  /** Percent. */
  ethDominance: z.number().nullable(),
  /** Number of assets the figures cover. */
  assets: z.number().int(),
  updatedAt: epochMs,
});
export type GlobalFigures = z.infer<typeof GlobalFigures>;

/** What one US dollar was worth at a time, epoch ms, by ISO 4217 code. */
export const StoredRates = z.object({
  at: epochMs,
  rates: z.array(z.object({ currency: z.string(), perDollar: decimalText })),
});

/** Everything Redis knows of one symbol's price; null before the feed has seen one. */
export interface Quote {
  symbol: string;
  last: LastPrice | null;
  baseline: Baseline | null;
}

/** How many trades of a symbol are kept. */
export const KEPT_TRADES = 500;

/** Closed candles kept per symbol and interval until the store has them. */
export const KEPT_CLOSED = 10;

/** Keys of the live market inside the Redis space. */
export const liveMarketKeys = {
  last: 'market:last',
  baseline: 'market:baseline',
  trades: (symbol: string): string => `market:trades:${symbol}`,
  forming: (symbol: string): string => `market:forming:${symbol}`,
  closed: (symbol: string, interval: CandleInterval): string =>
    `market:closed:${symbol}:${interval}`,
  past: 'market:past',
  /** What each shard of the feed reports, by its index. */
  feedReports: 'market:feed-reports',
  global: 'market:global',
  trending: 'market:trending',
  exchangeRates: 'market:exchange-rates',
} as const;

/** The live market as the feed process last wrote it. Every method is one round trip. */
export class LiveMarket {
  constructor(private readonly redis: Pick<RedisSpace, 'client'>) {}

  /** In the order asked for, one per symbol. */
  async readQuotes(symbols: readonly string[]): Promise<Quote[]> {
    if (symbols.length === 0) return [];
    const replies = await this.redis.client
      .pipeline()
      .hmget(liveMarketKeys.last, ...symbols)
      .hmget(liveMarketKeys.baseline, ...symbols)
      .exec();
    const [lasts, baselines] = (replies ?? []).map(valuesOf);
    return symbols.map((symbol, at) => ({
      symbol,
      last: parsed(LastPrice, lasts?.[at]),
      baseline: parsed(Baseline, baselines?.[at]),
    }));
  }

  /** Those with a price. */
  readSymbols(): Promise<string[]> {
    return this.redis.client.hkeys(liveMarketKeys.last);
  }

  /** Newest first, at most 500. */
  async readTrades(symbol: string, first: number = KEPT_TRADES): Promise<TradeEvent[]> {
    const texts = await this.redis.client.lrange(liveMarketKeys.trades(symbol), 0, first - 1);
    return texts.map((text) => tradeEvent.parse(JSON.parse(text)));
  }

  /**
   * The candle that is forming now and the ones that closed last, newest first, at most 11: what has
   * closed takes a moment to reach the store, and longer while PostgreSQL is away.
   */
  async readRecent(symbol: string, interval: CandleInterval): Promise<CandleEvent[]> {
    // In this order: what closes between the two is found in both, not in neither.
    const replies = await this.redis.client
      .pipeline()
      .hmget(liveMarketKeys.forming(symbol), interval)
      .lrange(liveMarketKeys.closed(symbol, interval), 0, -1)
      .exec();
    const texts = (replies ?? []).flatMap(valuesOf);
    return newestOfEach(texts.flatMap((text) => parsed(candleEvent, text) ?? []));
  }

  /** Symbols whose made-up past is not stored entirely yet, and until when it reaches, epoch ms. */
  async readPast(): Promise<Map<string, number>> {
    const until = await this.redis.client.hgetall(liveMarketKeys.past);
    return new Map(Object.entries(until).map(([symbol, time]) => [symbol, Number(time)]));
  }

  /** Of the whole feed; of one of its shards where that is named and has reported. Null before any has. */
  async readFeedStatus(shard?: number): Promise<FeedStatusEvent | null> {
    const reports = await this.redis.client.hgetall(liveMarketKeys.feedReports);
    const own = shard === undefined ? null : parsed(feedStatusEvent, reports[shard]);
    if (own !== null) return own;
    return wholeFeed(Object.values(reports).map((text) => feedStatusEvent.parse(JSON.parse(text))));
  }

  /** The shards that have ever reported. */
  async readReporting(): Promise<number[]> {
    return (await this.redis.client.hkeys(liveMarketKeys.feedReports)).map(Number);
  }

  /** Null until the first figures are known. */
  async readGlobal(): Promise<GlobalFigures | null> {
    return parsed(GlobalFigures, await this.redis.client.get(liveMarketKeys.global));
  }

  /** Symbols, most attention first; empty until known. */
  async readTrending(): Promise<string[]> {
    const text = await this.redis.client.get(liveMarketKeys.trending);
    return parsed(z.array(z.string()), text) ?? [];
  }

  /** Null until a source of rates has been asked. */
  async readExchangeRates(): Promise<RatesOfDollar | null> {
    return parsed(StoredRates, await this.redis.client.get(liveMarketKeys.exchangeRates));
  }
}

/** Of each open time the one that is final, else the first; newest open time first. */
function newestOfEach(candles: readonly CandleEvent[]): CandleEvent[] {
  const kept = new Map<number, CandleEvent>();
  for (const candle of candles) {
    const known = kept.get(candle.openTime);
    if (known === undefined || (candle.closed && !known.closed)) kept.set(candle.openTime, candle);
  }
  return [...kept.values()].sort((a, b) => b.openTime - a.openTime);
}

function parsed<T>(schema: z.ZodType<T>, text: string | null | undefined): T | null {
  return text === null || text === undefined ? null : schema.parse(JSON.parse(text));
}

function valuesOf([err, values]: [Error | null, unknown]): (string | null)[] {
  if (err !== null) throw err;
  return values as (string | null)[];
}
