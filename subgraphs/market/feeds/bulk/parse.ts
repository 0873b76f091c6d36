import { basename } from 'node:path';
import { CANDLE_INTERVALS, type CandleInterval } from '@spyhop/platform/topics';
import type { z } from 'zod';
import { INTERVAL_MS } from '../../rules/candles';
import type { Candle, Trade } from '../../rules/market-data';
import {
  AGG_TRADE_COLUMNS,
  AggTradeRow,
  CANDLE_COLUMNS,
  CandleRow,
  KLINE_COLUMNS,
  KlineRow,
  TRADE_COLUMNS,
  TradeRow,
} from './wire';

/** What the rows of a file are. */
export type BulkContent = 'candles' | 'aggTrades' | 'trades';

/** What a file is about, as far as its name says. */
export interface BulkName {
  /** BTC */
  symbol: string;
  /** BTCUSDT */
  pair: string;
  /** Null for trades, and where the name does not say. */
  interval: CandleInterval | null;
}

/** A row that cannot be what it should be. */
export class BadRow extends Error {
  override readonly name = 'BadRow';
}

const QUOTE = 'USDT';
const NAME = /^(?<base>.+?)[-_]?USDT(?:[-_](?<content>[A-Za-z0-9]+))?(?:[-_.]|$)/;
const TRADE_FILES = ['aggTrades', 'trades'];

/**
 * Reads names like BTCUSDT-1m-2025-01-01.zip, BTCUSDT-aggTrades-2023-10.csv, BTC_USDT-1m.json.gz and
 * BTCUSDT_1h.csv.gz. Throws an error that says what is wrong with a name.
 */
export function parseBulkName(path: string): BulkName {
  const file = basename(path);
  const { base, content } = NAME.exec(file)?.groups ?? {};
  if (base === undefined) throw new Error(`${path}: its name does not begin with a ${QUOTE} pair`);
  const symbol = base.toUpperCase();
  return { symbol, pair: `${symbol}${QUOTE}`, interval: intervalNamed(path, content) };
}

function intervalNamed(path: string, content: string | undefined): CandleInterval | null {
  const isOther = content === undefined || !/^\d+[a-z]+$/i.test(content);
  if (isOther || TRADE_FILES.includes(content)) return null;
  const interval = CANDLE_INTERVALS.find((known) => known === content);
  if (interval !== undefined) return interval;
  throw new Error(`${path}: ${content} is none of the intervals ${CANDLE_INTERVALS.join(', ')}`);
}

const IS_FLAG = /^(true|false)$/i;
const [AGG_TRADE_FLAG, TRADE_FLAG] = [6, 5];

/** Told apart by where the first true or false stands. */
export function contentOf(row: readonly string[]): BulkContent {
  if (IS_FLAG.test(row[TRADE_FLAG] ?? '')) return 'trades';
  return IS_FLAG.test(row[AGG_TRADE_FLAG] ?? '') ? 'aggTrades' : 'candles';
}

/** The last candle of such a file, saved from the exchange's API, is the one that was growing then. */
export const endsUnfinished = (row: readonly string[]): boolean =>
  isKline(row) && /^\d{4}-/.test(row[0] ?? '');

/** The exchange's columns, by position; more may follow. */
const isKline = (row: readonly string[]): boolean => row.length >= KLINE_COLUMNS.length;

/** Makes rows of one series into finished candles. Throws BadRow. */
export function parseCandleRow(
  row: readonly string[],
  { symbol, pair }: BulkName,
  interval: CandleInterval,
): Candle {
  const figures = isKline(row) ? parseKline(row) : parseOhlcv(row, pair);
  if (figures.openTime % INTERVAL_MS[interval] !== 0) {
    const time = new Date(figures.openTime).toISOString();
    throw new BadRow(`a candle of ${interval} cannot open at ${time}`);
  }
  return { symbol, interval, ...figures, closed: true };
}

type Figures = Omit<Candle, 'symbol' | 'interval' | 'closed'>;

function parseKline(row: readonly string[]): Figures {
  const [openTime, open, high, low, close, volume, , quoteVolume, trades] = checked(
    KlineRow,
    KLINE_COLUMNS,
    row,
  );
  return { openTime, open, high, low, close, volume, quoteVolume, trades };
}

const NAME_COLUMN = 6;

/** Six figures, and in some files the pair's name behind them. */
function parseOhlcv(row: readonly string[], pair: string): Figures {
  const named = row[NAME_COLUMN];
  if (named !== undefined && named !== pair) {
    throw new BadRow(`it is about ${named}, the file about ${pair}`);
  }
  const [openTime, open, high, low, close, volume] = checked(CandleRow, CANDLE_COLUMNS, row);
  return { openTime, open, high, low, close, volume, quoteVolume: null, trades: null };
}

/** A row of an aggTrades file. Throws BadRow. */
export function parseAggTradeRow(row: readonly string[], symbol: string): Trade {
  const [id, price, quantity, firstId, lastId, time, isBuyerMaker] = checked(
    AggTradeRow,
    AGG_TRADE_COLUMNS,
    row,
  );
  if (lastId < firstId) throw new BadRow('its last trade id lies before the first');
  const count = lastId - firstId + 1;
  return {
    symbol,
    id: String(id),
    price,
    quantity,
    time,
    aggressor: aggressor(isBuyerMaker),
    count,
  };
}

/** A row of a trades file. Throws BadRow. */
export function parseTradeRow(row: readonly string[], symbol: string): Trade {
  const [id, price, quantity, , time, isBuyerMaker] = checked(TradeRow, TRADE_COLUMNS, row);
  return {
    symbol,
    id: String(id),
    price,
    quantity,
    time,
    aggressor: aggressor(isBuyerMaker),
    count: 1,
  };
}

const aggressor = (isBuyerMaker: boolean): Trade['aggressor'] => (isBuyerMaker ? 'SELL' : 'BUY');

function checked<Row>(
  schema: z.ZodType<Row>,
  columns: readonly string[],
  row: readonly string[],
): Row {
  const result = schema.safeParse(row);
  if (result.success) return result.data;
  if (row.length < columns.length) {
    throw new BadRow(
      `it has ${String(row.length)} fields instead of ${String(columns.length)} or more`,
    );
  }
  const faults = result.error.issues.map(({ path: [index], message }) => {
    const column = Number(index);
    return `${columns[column] ?? 'the row'} ${JSON.stringify(row[column])} ${message}`;
  });
  throw new BadRow(faults.join('; '));
}
