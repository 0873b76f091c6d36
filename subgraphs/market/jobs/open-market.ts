import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '@spyhop/platform/clock';
import type { Log } from '@spyhop/platform/log';
import type { Pool } from 'pg';
import { INTERVAL_MS } from '../rules/candles';
import type { FeedShard } from '../rules/feed-shards';
import type { Candle } from '../rules/market-data';
import type { CandleStore } from '../store/candles';
import { type DatasetClaim, type SourceKind, claimDataset } from '../store/dataset';
import type { LastPrice, LiveMarket } from '../store/live-market';
import type { LiveMarketWriter } from '../store/live-market-writer';

export interface OpenMarketParts {
  kind: SourceKind;
  shard: FeedShard;
  market: Pick<
    LiveMarket,
    'readFeedStatus' | 'readReporting' | 'readSymbols' | 'readQuotes' | 'readRecent' | 'readPast'
  >;
  writer: Pick<LiveMarketWriter, 'clear' | 'clearGlobal' | 'forgetReports' | 'beginPast'>;
  store: Pick<CandleStore, 'closesAt'>;
  pool: Pool;
  clock: Clock;
  log: Log;
  signal: AbortSignal;
}

/** What a source may build on. */
export interface OpenedMarket {
  /** By symbol, where an earlier run of the same kind has left its price; empty for a fresh start. */
  prices: ReadonlyMap<string, LastPrice>;
  /** By symbol until when a past is to be made up, epoch ms; of a simulation only. */
  past: ReadonlyMap<string, number>;
  /** The minutes that closed last, which may not be stored, and those that were forming then. */
  minutes: readonly Candle[];
  /** Comes as soon as PostgreSQL answers, however long that takes; rejects when the signal aborts. */
  claim: Promise<DatasetClaim>;
}

/** PostgreSQL may take so long, in ms, before the start goes on without it. */
const PATIENCE_MS = 800;
const RETRY_MS = 1_000;
const HISTORY_MS = 7 * INTERVAL_MS['1d'];
const TOLERANCE_MS = INTERVAL_MS['1d'];
const NO_PAST: ReadonlyMap<string, number> = new Map();

/**
 * Prepares both stores for a source, so that its data never stand beside another's: what an earlier
 * run of the same kind has left of a symbol stays, all else goes. A replay always starts from nothing.
 */
export async function openMarket(parts: OpenMarketParts): Promise<OpenedMarket> {
  const { kind, shard, market, writer } = parts;
  const left = await leftPrices(parts);
  const unfinished = kind === 'simulated' ? await market.readPast() : NO_PAST;
  const goesOn = await whatGoesOn(parts, left, unfinished);
  const startsAfresh = (symbol: string): boolean => kind !== 'live' && !goesOn.has(symbol);
  const claim = claimInTime(parts, startsAfresh);
  const claimed = await soon(
    claim.catch(() => null),
    null,
  );
  const keeps = (symbol: string): boolean =>
    left.has(symbol) && !startsAfresh(symbol) && claimed?.replaced.has(symbol) !== true;
  const priced = (await market.readSymbols()).filter((symbol) => shard.has(symbol));
  const gone = [...new Set([...shard.symbols, ...priced])].filter((symbol) => !keeps(symbol));
  await writer.clear(gone);
  const prices = new Map([...left].filter(([symbol]) => keeps(symbol)));
  if (prices.size === 0 && shard.isFirst) await writer.clearGlobal();
  await writer.forgetReports(
    (await market.readReporting()).filter((at) => !shard.all.includes(at)),
  );
  return {
    prices,
    past: kind === 'simulated' ? await pastOf(parts, prices, unfinished) : NO_PAST,
    minutes: await leftMinutes(market, [...prices.keys()]),
    claim,
  };
}

/** The prices in Redis, if a source of this kind has left them and may go on from them. */
async function leftPrices(parts: OpenMarketParts): Promise<Map<string, LastPrice>> {
  const former = await parts.market.readFeedStatus(parts.shard.index);
  if (parts.kind === 'replay' || former?.source.toLowerCase() !== parts.kind) return new Map();
  const quotes = await parts.market.readQuotes(parts.shard.symbols);
  return new Map(quotes.flatMap(({ symbol, last }) => (last === null ? [] : [[symbol, last]])));
}

/** What a simulation makes up: what an earlier run has not got to, and all of what starts afresh. */
async function pastOf(
  { shard: { symbols }, writer, clock }: OpenMarketParts,
  prices: OpenedMarket['prices'],
  unfinished: ReadonlyMap<string, number>,
): Promise<ReadonlyMap<string, number>> {
  const now = clock();
  const fresh = symbols.filter((symbol) => !prices.has(symbol));
  await writer.beginPast(fresh, now);
  const left = [...unfinished].filter(([symbol]) => prices.has(symbol));
  return new Map([...left, ...fresh.map((symbol) => [symbol, now] as const)]);
}

/**
 * Symbols with a price whose past the store knows, or will once it is finished: to go on makes no
 * sense without. Assumed of all while it cannot be asked.
 */
async function whatGoesOn(
  { kind, store, clock }: OpenMarketParts,
  prices: ReadonlyMap<string, LastPrice>,
  unfinished: ReadonlyMap<string, number>,
): Promise<ReadonlySet<string>> {
  const symbols = [...prices.keys()];
  if (kind === 'live' || symbols.length === 0) return new Set(symbols);
  const newest = Math.max(...[...prices.values()].map(({ time }) => time));
  const at = Math.min(newest, clock()) - HISTORY_MS;
  const asked = store.closesAt(symbols, [{ at, notBefore: at - TOLERANCE_MS }]);
  const closes = await soon(
    asked.catch(() => null),
    null,
  );
  const hasHistory = (symbol: string): boolean =>
    closes === null || unfinished.has(symbol) || closes.get(symbol)?.[0] != null;
  return new Set(symbols.filter(hasHistory));
}

async function leftMinutes(
  market: Pick<LiveMarket, 'readRecent'>,
  symbols: readonly string[],
): Promise<Candle[]> {
  const minutes = await Promise.all(symbols.map((symbol) => market.readRecent(symbol, '1m')));
  return minutes.flat();
}

async function claimInTime(
  { pool, kind, shard, clock, log, signal }: OpenMarketParts,
  startsAfresh: (symbol: string) => boolean,
): Promise<DatasetClaim> {
  for (let tries = 0; ; tries += 1) {
    signal.throwIfAborted();
    try {
      const dataset = { source: kind, symbols: shard.symbols, isOurs: shard.has, now: clock() };
      return await claimDataset(pool, { ...dataset, startsAfresh });
    } catch (err) {
      if (tries === 0) log.warn({ err }, 'PostgreSQL does not answer: candles wait until it does');
      await sleep(RETRY_MS, undefined, { signal });
    }
  }
}

const soon = <T, Else>(work: Promise<T>, otherwise: Else): Promise<T | Else> =>
  Promise.race([work, sleep(PATIENCE_MS, otherwise, { ref: false })]);
