import type { RedisSpace } from '@spyhop/platform/redis';
import {
  CANDLE_INTERVALS,
  type CandleEvent,
  type FeedStatusEvent,
  type TradeEvent,
} from '@spyhop/platform/topics';
import type { RatesOfDollar } from '../rules/exchange-rates';
import { type Command, type Fence, guardedWrite } from './guarded-write';
import {
  type Baseline,
  type GlobalFigures,
  KEPT_CLOSED,
  KEPT_TRADES,
  type LastPrice,
  liveMarketKeys as keys,
} from './live-market';

/** What changed since the last write. */
export interface MarketChanges {
  prices: readonly LastPrice[];
  /** Of each symbol, oldest first. */
  trades: ReadonlyMap<string, readonly TradeEvent[]>;
  candles: readonly CandleEvent[];
}

/** The feed's side of the live market: every write is one round trip, refused once another process leads. */
export class LiveMarketWriter {
  constructor(
    private readonly redis: Pick<RedisSpace, 'client'>,
    private readonly fence: Fence,
    /** The shard of the feed that writes. */
    private readonly shard: number,
  ) {}

  writeChanges({ prices, trades, candles }: MarketChanges): Promise<void> {
    return this.write([
      ...setFields(keys.last, prices, (price) => price.symbol),
      ...[...trades].flatMap(([symbol, printed]) => pushTrades(symbol, printed)),
      ...candles.flatMap(setCandle),
    ]);
  }

  writeBaselines(baselines: ReadonlyMap<string, Baseline>): Promise<void> {
    return this.write(
      setFields(
        keys.baseline,
        [...baselines],
        ([symbol]) => symbol,
        ([, baseline]) => baseline,
      ),
    );
  }

  writeStatus(status: FeedStatusEvent): Promise<void> {
    return this.write([['HSET', keys.feedReports, this.shard, JSON.stringify(status)]]);
  }

  /** Forgets what shards have reported that are no more. */
  forgetReports(shards: readonly number[]): Promise<void> {
    if (shards.length === 0) return Promise.resolve();
    return this.write([['HDEL', keys.feedReports, ...shards]]);
  }

  writeGlobal(figures: GlobalFigures): Promise<void> {
    return this.write([['SET', keys.global, JSON.stringify(figures)]]);
  }

  /** Most attention first. */
  writeTrending(symbols: readonly string[]): Promise<void> {
    return this.write([['SET', keys.trending, JSON.stringify(symbols)]]);
  }

  writeExchangeRates(rates: RatesOfDollar): Promise<void> {
    return this.write([['SET', keys.exchangeRates, JSON.stringify(rates)]]);
  }

  /** A past that reaches until `time` (epoch ms) is made up for the symbols, and has yet to be stored. */
  beginPast(symbols: readonly string[], time: number): Promise<void> {
    return this.write(
      setFields(
        keys.past,
        symbols,
        (symbol) => symbol,
        () => time,
      ),
    );
  }

  /** The symbol's past is stored. */
  endPast(symbol: string): Promise<void> {
    return this.write([['HDEL', keys.past, symbol]]);
  }

  /** Forgets what another source has said of the symbols. */
  clear(symbols: readonly string[]): Promise<void> {
    if (symbols.length === 0) return Promise.resolve();
    const perSymbol = symbols.flatMap((symbol) => [
      keys.trades(symbol),
      keys.forming(symbol),
      ...CANDLE_INTERVALS.map((interval) => keys.closed(symbol, interval)),
    ]);
    return this.write([
      ...[keys.last, keys.baseline, keys.past].map((key): Command => ['HDEL', key, ...symbols]),
      ...perSymbol.map((key): Command => ['DEL', key]),
    ]);
  }

  /** Forgets what another source has said of the whole market. */
  clearGlobal(): Promise<void> {
    return this.write([
      ['DEL', keys.global],
      ['DEL', keys.trending],
      ['DEL', keys.exchangeRates],
    ]);
  }

  private write(commands: readonly Command[]): Promise<void> {
    return guardedWrite(this.redis, this.fence, commands);
  }
}

function setFields<T>(
  key: string,
  entries: readonly T[],
  fieldOf: (entry: T) => string,
  valueOf: (entry: T) => unknown = (entry) => entry,
): Command[] {
  if (entries.length === 0) return [];
  return [['HSET', key, ...entries.flatMap((e) => [fieldOf(e), JSON.stringify(valueOf(e))])]];
}

function pushTrades(symbol: string, printed: readonly TradeEvent[]): Command[] {
  if (printed.length === 0) return [];
  const newest = printed.slice(-KEPT_TRADES).map((trade) => JSON.stringify(trade));
  const key = keys.trades(symbol);
  return [
    ['LPUSH', key, ...newest],
    ['LTRIM', key, 0, KEPT_TRADES - 1],
  ];
}

/** A closed candle stays readable beside the one that forms after it. */
function setCandle(candle: CandleEvent): Command[] {
  const { symbol, interval, closed } = candle;
  const text = JSON.stringify(candle);
  const set: Command = ['HSET', keys.forming(symbol), interval, text];
  if (!closed) return [set];
  const key = keys.closed(symbol, interval);
  return [set, ['LPUSH', key, text], ['LTRIM', key, 0, KEPT_CLOSED - 1]];
}
