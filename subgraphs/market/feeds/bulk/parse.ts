import { basename } from 'node:path';
import { CANDLE_INTERVALS, type CandleInterval } from '@spyhop/platform/topics';
import type { z } from 'zod';
import { INTERVAL_MS } from '../../rules/candles';
import { Exact, textOf } from '../../rules/exact';
import type { Candle, DecimalText, Trade } from '../../rules/market-data';
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

/** A file of which the name alone shows that it cannot be read. */
export class BadName extends Error {
  override readonly name = 'BadName';
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
 * BTCUSDT_1h.csv.gz. Throws BadName.
 */
export function parseBulkName(path: string): BulkName {
  const file = basename(path);
  const { base, content } = NAME.exec(file)?.groups ?? {};
  if (base === undefined)
    throw new BadName(`${path}: its name does not begin with a ${QUOTE} pair`);
  const symbol = base.toUpperCase();
  return { symbol, pair: `${symbol}${QUOTE}`, interval: intervalNamed(path, content) };
}

function intervalNamed(path: string, content: string | undefined): CandleInterval | null {
  const isOther = content === undefined || !/^\d+[a-z]+$/i.test(content);
  if (isOther || TRADE_FILES.includes(content)) return null;
  const interval = CANDLE_INTERVALS.find((known) => known === content);
  if (interval !== undefined) return interval;
  throw new BadName(`${path}: ${content} is none of the intervals ${CANDLE_INTERVALS.join(', ')}`);
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
  const fields = checked(KlineRow, KLINE_COLUMNS, row);
  const [, , , , , , , quoteVolume, trades] = fields;
  return { ...ohlcv(fields), quoteVolume: decimalOf(quoteVolume), trades: Number(trades) };
}

const NAME_COLUMN = 6;

/** Six figures, and in some files the pair's name behind them. */
function parseOhlcv(row: readonly string[], pair: string): Figures {
  const named = row[NAME_COLUMN];
  if (named !== undefined && named !== pair) {
    throw new BadRow(`it is about ${named}, the file about ${pair}`);
  }
  return { ...ohlcv(checked(CandleRow, CANDLE_COLUMNS, row)), quoteVolume: null, trades: null };
}

const ohlcv = ([openTime, open, high, low, close, volume]: z.infer<typeof CandleRow>) => ({
  openTime: epochMs(openTime),
  open: decimalOf(open),
  high: decimalOf(high),
  low: decimalOf(low),
  close: decimalOf(close),
  volume: decimalOf(volume),
});

/** A row of an aggTrades file. Throws BadRow. */
export function parseAggTradeRow(row: readonly string[], symbol: string): Trade {
  const fields = checked(AggTradeRow, AGG_TRADE_COLUMNS, row);
  const [id, price, quantity, firstId, lastId, time, isBuyerMaker] = fields;
  const count = Number(lastId) - Number(firstId) + 1;
  if (count < 1) throw new BadRow('its last trade id lies before the first');
  return tradeOf({ symbol, id, price, quantity, time, isBuyerMaker, count });
}

/** A row of a trades file. Throws BadRow. */
export function parseTradeRow(row: readonly string[], symbol: string): Trade {
  const [id, price, quantity, , time, isBuyerMaker] = checked(TradeRow, TRADE_COLUMNS, row);
  return tradeOf({ symbol, id, price, quantity, time, isBuyerMaker, count: 1 });
}

interface TradeFields {
  symbol: string;
  id: string;
  price: string;
  quantity: string;
  time: string;
  isBuyerMaker: string;
  count: number;
}

const tradeOf = ({
  symbol,
  id,
  price,
  quantity,
  time,
  isBuyerMaker,
  count,
}: TradeFields): Trade => ({
  symbol,
  id,
  price: decimalOf(price),
  quantity: decimalOf(quantity),
  time: epochMs(time),
  aggressor: isBuyerMaker.toLowerCase() === 'true' ? 'SELL' : 'BUY',
  count,
});

/** Exact: an exponent is written out, nothing goes through floating point. */
const decimalOf = (text: string): DecimalText => (/e/i.test(text) ? textOf(new Exact(text)) : text);

/** From here on a number counts microseconds: as milliseconds it would lie beyond the year 5138. */
const FIRST_MICROSECONDS = 1e14;

function epochMs(text: string): number {
  if (text.includes('-')) return epochMsOfDate(text);
  const stamp = Number(text);
  return stamp < FIRST_MICROSECONDS ? stamp : Math.floor(stamp / 1_000);
}

function epochMsOfDate(text: string): number {
  const time = Date.parse(`${text.slice(0, 10)}T${text.slice(11).replace(/(Z|\+00:00)$/, '')}Z`);
  if (Number.isNaN(time)) throw new BadRow(`there is no such date as ${JSON.stringify(text)}`);
  return time;
}

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
