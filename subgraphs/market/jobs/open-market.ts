import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '@spyhop/platform/clock';
import type { Log } from '@spyhop/platform/log';
import type { FeedStatusEvent } from '@spyhop/platform/topics';
import type { Pool } from 'pg';
import { INTERVAL_MS } from '../rules/candles';
import type { Candle } from '../rules/market-data';
import type { CandleStore } from '../store/candles';
import { type DatasetClaim, claimDataset } from '../store/dataset';
import type { LastPrice, LiveMarket } from '../store/live-market';
import type { LiveMarketWriter } from '../store/live-market-writer';

type SourceKind = Lowercase<FeedStatusEvent['source']>;

export interface OpenMarketParts {
  kind: SourceKind;
  symbols: readonly string[];
  market: Pick<LiveMarket, 'readFeedStatus' | 'readQuotes' | 'readRecent' | 'readPast'>;
  writer: Pick<LiveMarketWriter, 'clear' | 'beginPast'>;
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
 * run of the same kind has left stays, all else goes. A replay always starts from nothing.
 */
export async function openMarket(parts: OpenMarketParts): Promise<OpenedMarket> {
  const left = await leftPrices(parts);
  const unfinished = parts.kind === 'simulated' ? await parts.market.readPast() : NO_PAST;
  const canGoOn = left.size > 0 && (await hasHistoryOf(left, unfinished, parts));
  const startsAfresh = parts.kind !== 'live' && !canGoOn;
  const claim = claimInTime(parts, startsAfresh);
  const claimed = await soon(
    claim.catch(() => null),
    null,
  );
  const keepsPrices = left.size > 0 && !startsAfresh && claimed?.hasReplaced !== true;
  if (!keepsPrices) await parts.writer.clear(parts.symbols);
  const prices = keepsPrices ? left : new Map<string, LastPrice>();
  return {
    prices,
    past: await pastOf(parts, prices, keepsPrices ? unfinished : NO_PAST),
    minutes: keepsPrices ? await leftMinutes(parts) : [],
    claim,
  };
}

/** The prices in Redis, if a source of this kind has left them and may go on from them. */
async function leftPrices(parts: OpenMarketParts): Promise<Map<string, LastPrice>> {
  const former = await parts.market.readFeedStatus();
  if (parts.kind === 'replay' || former?.source.toLowerCase() !== parts.kind) return new Map();
  const quotes = await parts.market.readQuotes(parts.symbols);
  return new Map(quotes.flatMap(({ symbol, last }) => (last === null ? [] : [[symbol, last]])));
}

/** What a simulation makes up: what an earlier run has not got to, and all of a new symbol. */
async function pastOf(
  { kind, symbols, writer, clock }: OpenMarketParts,
  prices: ReadonlyMap<string, LastPrice>,
  unfinished: ReadonlyMap<string, number>,
): Promise<ReadonlyMap<string, number>> {
  if (kind !== 'simulated') return NO_PAST;
  const now = clock();
  const without = symbols.filter((symbol) => !prices.has(symbol) && !unfinished.has(symbol));
  await writer.beginPast(without, now);
  return new Map([...unfinished, ...without.map((symbol) => [symbol, now] as const)]);
}

/**
 * Going on makes sense only where the store knows what came before, or will once the past is
 * finished. Assumed while it cannot be asked.
 */
async function hasHistoryOf(
  prices: ReadonlyMap<string, LastPrice>,
  unfinished: ReadonlyMap<string, number>,
  { store, clock }: OpenMarketParts,
): Promise<boolean> {
  const symbols = [...prices.keys()].filter((symbol) => !unfinished.has(symbol));
  const newest = Math.max(...[...prices.values()].map(({ time }) => time));
  const at = Math.min(newest, clock()) - HISTORY_MS;
  const asked = store.closesAt(symbols, [{ at, notBefore: at - TOLERANCE_MS }]);
  const closes = await soon(
    asked.catch(() => null),
    null,
  );
  return closes === null || symbols.every((symbol) => closes.get(symbol)?.[0] != null);
}

async function leftMinutes({ market, symbols }: OpenMarketParts): Promise<Candle[]> {
  const minutes = await Promise.all(symbols.map((symbol) => market.readRecent(symbol, '1m')));
  return minutes.flat();
}

async function claimInTime(
  { pool, kind, log, signal }: OpenMarketParts,
  startsAfresh: boolean,
): Promise<DatasetClaim> {
  for (let tries = 0; ; tries += 1) {
    signal.throwIfAborted();
    try {
      return await claimDataset(pool, { source: kind, startsAfresh });
    } catch (err) {
      if (tries === 0) log.warn({ err }, 'PostgreSQL does not answer: candles wait until it does');
      await sleep(RETRY_MS, undefined, { signal });
    }
  }
}

const soon = <T, Else>(work: Promise<T>, otherwise: Else): Promise<T | Else> =>
  Promise.race([work, sleep(PATIENCE_MS, otherwise, { ref: false })]);
