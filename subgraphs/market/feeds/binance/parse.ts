import type { CandleInterval } from '@spyhop/platform/topics';
import type { z } from 'zod';
import { type Instrument, decimalsOfStep } from '../../rules/instrument';
import type { Candle, DayStats, Trade } from '../../rules/market-data';
import { faultsOf } from '../faults';
import {
  type AggTrade,
  type AggTradeRow,
  ControlAnswer,
  ControlError,
  type DayTicker,
  type ExchangeInfo,
  Kline,
  type KlineRow,
  MiniTicker,
  type RawTrade,
} from './wire';

/** What one frame says, in our terms. */
export type FeedMessage =
  /** `sequence` counts up by one per symbol and kind of trade stream. */
  | { kind: 'trade'; trade: Trade; sequence: number }
  /** `sentAt` is the exchange's epoch ms, by which the newer of two states is known. */
  | { kind: 'minute'; candle: Candle; sentAt: number }
  | { kind: 'dayStats'; stats: DayStats[] }
  | { kind: 'shutdown' }
  | { kind: 'answered'; id: number | null }
  | { kind: 'refused'; id: number | null; reason: string }
  /** Valid, and nothing that is shown: another symbol, another event. */
  | { kind: 'ignored' }
  | { kind: 'malformed'; fault: string };

/** Our symbols by the exchange's pair, e.g. BTCUSDT -> BTC. */
export type SymbolsByPair = ReadonlyMap<string, string>;

type Payload = Record<string, unknown>;

const IGNORED: FeedMessage = { kind: 'ignored' };
const SHUTDOWN: FeedMessage = { kind: 'shutdown' };

/** Reads one text frame, wrapped (`{stream, data}`) or bare. Never throws. */
export function readFrame(text: string, symbols: SymbolsByPair): FeedMessage {
  const frame = parseJson(text);
  if (frame === undefined) return malformed('not JSON');
  if (Array.isArray(frame)) return readTickers(frame, symbols);
  if (!isObject(frame)) return malformed('neither an object nor a list');
  if (!('stream' in frame)) return readPayload(frame, symbols);
  if (Array.isArray(frame.data)) return readTickers(frame.data, symbols);
  if (!isObject(frame.data)) return malformed('data: neither an object nor a list');
  return readPayload(frame.data, symbols);
}

function readPayload(payload: Payload, symbols: SymbolsByPair): FeedMessage {
  switch (payload.e) {
    case 'aggTrade':
      return readAggTrade(payload, symbols);
    case 'trade':
      return readRawTrade(payload, symbols);
    case 'kline':
      return readKline(payload, symbols);
    case '24hrMiniTicker':
    case '24hrTicker':
      return readTickers([payload], symbols);
    case 'serverShutdown':
      return SHUTDOWN;
    case undefined:
      return readUnnamed(payload);
    default:
      return typeof payload.e === 'string' ? IGNORED : malformed('e: not a text');
  }
}

/** Payloads without an event name are known by their keys: those of books have `lastUpdateId`, or the bids' `B`. */
function readUnnamed(payload: Payload): FeedMessage {
  if ('result' in payload) return readAnswer(payload);
  if ('code' in payload) return readRefusal(payload);
  if ('lastUpdateId' in payload || 'B' in payload) return IGNORED;
  return malformed('no event type');
}

/*
 * Trades make up nearly all frames. Checking them by hand costs a third of what a zod object does;
 * a property test holds these guards to the zod shapes of wire.ts.
 */
const DECIMAL = /^\d+(\.\d+)?$/;

const isCount = (value: unknown): value is number =>
  typeof value === 'number' && value >= 0 && Number.isSafeInteger(value);

const isDecimal = (value: unknown): value is string =>
  typeof value === 'string' && DECIMAL.test(value);

type AnyTrade = Omit<AggTrade, 'e' | 'a' | 'f' | 'l'>;

/** The key of the first field that is wrong, or null. */
function faultOfTrade(trade: { [Key in keyof AnyTrade]?: unknown }): string | null {
  if (typeof trade.s !== 'string') return 's';
  if (!isDecimal(trade.p)) return 'p';
  if (!isDecimal(trade.q)) return 'q';
  if (!isCount(trade.T)) return 'T';
  if (typeof trade.m !== 'boolean') return 'm';
  return null;
}

const faultOfAggTrade = (trade: Payload): string | null =>
  (isCount(trade.a) ? null : 'a') ??
  (isCount(trade.f) ? null : 'f') ??
  (isCount(trade.l) ? null : 'l') ??
  faultOfTrade(trade);

function readAggTrade(payload: Payload, symbols: SymbolsByPair): FeedMessage {
  const fault = faultOfAggTrade(payload);
  if (fault !== null) return malformed(`aggTrade.${fault}`);
  const trade = payload as AggTrade;
  const symbol = symbols.get(trade.s);
  if (symbol === undefined) return IGNORED;
  return { kind: 'trade', sequence: trade.a, trade: toTrade(symbol, trade) };
}

function readRawTrade(payload: Payload, symbols: SymbolsByPair): FeedMessage {
  const fault = (isCount(payload.t) ? null : 't') ?? faultOfTrade(payload);
  if (fault !== null) return malformed(`trade.${fault}`);
  const { s, t, p, q, T, m } = payload as RawTrade;
  const symbol = symbols.get(s);
  if (symbol === undefined) return IGNORED;
  return {
    kind: 'trade',
    sequence: t,
    trade: {
      symbol,
      id: String(t),
      price: p,
      quantity: q,
      time: T,
      aggressor: m ? 'SELL' : 'BUY',
      count: 1,
    },
  };
}

/** An aggregate trade of a stream or of the REST API. */
export const toTrade = (symbol: string, row: AggTradeRow): Trade => ({
  symbol,
  id: String(row.a),
  price: row.p,
  quantity: row.q,
  time: row.T,
  aggressor: row.m ? 'SELL' : 'BUY',
  count: row.l - row.f + 1,
});

function readKline(payload: Payload, symbols: SymbolsByPair): FeedMessage {
  return parsed(Kline, payload, ({ E, s, k }) => {
    const symbol = symbols.get(s);
    if (symbol === undefined || k.i !== '1m') return IGNORED;
    const candle: Candle = {
      symbol,
      interval: '1m',
      openTime: k.t,
      open: k.o,
      high: k.h,
      low: k.l,
      close: k.c,
      volume: k.v,
      quoteVolume: k.q,
      trades: k.n,
      closed: k.x,
    };
    return { kind: 'minute', candle, sentAt: E };
  });
}

/** A broken entry among hundreds spoils the frame: what else is in it cannot be trusted. */
function readTickers(entries: unknown[], symbols: SymbolsByPair): FeedMessage {
  const stats: DayStats[] = [];
  for (const entry of entries) {
    const ticker = MiniTicker.safeParse(entry);
    if (!ticker.success) return malformed(faultsOf(ticker.error));
    const symbol = symbols.get(ticker.data.s);
    if (symbol !== undefined) stats.push(toDayStats(symbol, ticker.data));
  }
  return { kind: 'dayStats', stats };
}

const toDayStats = (symbol: string, ticker: MiniTicker): DayStats => ({
  symbol,
  time: ticker.E,
  last: ticker.c,
  open: ticker.o,
  high: ticker.h,
  low: ticker.l,
  volume: ticker.v,
  quoteVolume: ticker.q,
});

const numberedId = (id: unknown): number | null => (typeof id === 'number' ? id : null);

const readAnswer = (payload: Payload): FeedMessage =>
  parsed(ControlAnswer, payload, ({ id }) => ({ kind: 'answered', id: numberedId(id) }));

const readRefusal = (payload: Payload): FeedMessage =>
  parsed(ControlError, payload, ({ id, code, msg }) => ({
    kind: 'refused',
    id: numberedId(id),
    reason: `${code} ${msg}`,
  }));

/** Rows of the REST API; `closedBefore` (epoch ms of the exchange) tells finished candles from the forming one. */
export const toCandles = (
  symbol: string,
  interval: CandleInterval,
  rows: readonly KlineRow[],
  closedBefore: number,
): Candle[] =>
  rows.map(([openTime, open, high, low, close, volume, closeTime, quoteVolume, trades]) => ({
    symbol,
    interval,
    openTime,
    open,
    high,
    low,
    close,
    volume,
    quoteVolume,
    trades,
    closed: closeTime < closedBefore,
  }));

export const toDayStatsOfTicker = (symbol: string, ticker: DayTicker): DayStats => ({
  symbol,
  time: ticker.closeTime,
  last: ticker.lastPrice,
  open: ticker.openPrice,
  high: ticker.highPrice,
  low: ticker.lowPrice,
  volume: ticker.volume,
  quoteVolume: ticker.quoteVolume,
});

export function toInstruments(info: ExchangeInfo): Instrument[] {
  return info.symbols.map(({ symbol, status, filters }) => {
    const tickSize = filters.find((filter) => filter.filterType === 'PRICE_FILTER')?.tickSize;
    const stepSize = filters.find((filter) => filter.filterType === 'LOT_SIZE')?.stepSize;
    return {
      pair: symbol,
      priceDecimals: tickSize === undefined ? null : decimalsOfStep(tickSize),
      quantityDecimals: stepSize === undefined ? null : decimalsOfStep(stepSize),
      trading: status === 'TRADING',
    };
  });
}

function parsed<Wire>(
  schema: z.ZodType<Wire>,
  payload: Payload,
  read: (wire: Wire) => FeedMessage,
): FeedMessage {
  const result = schema.safeParse(payload);
  return result.success ? read(result.data) : malformed(faultsOf(result.error));
}

const malformed = (fault: string): FeedMessage => ({ kind: 'malformed', fault });

const isObject = (value: unknown): value is Payload => typeof value === 'object' && value !== null;

/** Undefined where the text is not JSON, which no JSON text parses to. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
