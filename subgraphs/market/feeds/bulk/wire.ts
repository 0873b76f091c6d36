import { z } from 'zod';
import { Exact, textOf } from '../../rules/exact';

/** Rows of the exchange's bulk files, and of files made from its candles, field by field as text. */

const PLAIN = /^\d+(\.\d+)?$/;
const WITH_EXPONENT = /^\d+(\.\d+)?[eE][+-]?\d{1,3}$/;

/** Exact: a number with an exponent is written out, none goes through floating point. */
const decimal = z.string().transform((text, context) => {
  if (PLAIN.test(text)) return text;
  if (WITH_EXPONENT.test(text)) return textOf(new Exact(text));
  context.addIssue('is not a decimal number');
  return z.NEVER;
});

const count = z
  .string()
  .regex(/^\d{1,15}$/, 'is not a whole number')
  .transform(Number);

const flag = z
  .string()
  .regex(/^(true|false)$/i, 'is neither true nor false')
  .transform((text) => text.toLowerCase() === 'true');

/** From here on a number counts microseconds: as milliseconds it would lie beyond the year 5138. */
const FIRST_MICROSECONDS = 1e14;
const ISO = /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d{1,6})?(Z|\+00:00)?$/;

/** Epoch ms, from milliseconds, microseconds or a date and time in UTC. */
const instant = z.string().transform((text, context) => {
  const time = /^\d{1,16}$/.test(text) ? millisecondsOf(Number(text)) : millisecondsOfIso(text);
  if (Number.isFinite(time)) return time;
  context.addIssue('is neither an epoch in ms or µs nor a date and time in UTC');
  return z.NEVER;
});

const millisecondsOf = (stamp: number): number =>
  stamp < FIRST_MICROSECONDS ? stamp : Math.floor(stamp / 1_000);

const millisecondsOfIso = (text: string): number =>
  ISO.test(text)
    ? Date.parse(`${text.slice(0, 10)}T${text.slice(11).replace(/(Z|\+00:00)$/, '')}Z`)
    : NaN;

const candle = [instant, decimal, decimal, decimal, decimal, decimal] as const;
const anything = z.string();

export const CANDLE_COLUMNS = ['open time', 'open', 'high', 'low', 'close', 'volume'] as const;
export const CandleRow = z.tuple(candle).rest(anything);

export const KLINE_COLUMNS = [...CANDLE_COLUMNS, 'close time', 'quote volume', 'trades'] as const;
export const KlineRow = z.tuple([...candle, anything, decimal, count]).rest(anything);

export const AGG_TRADE_COLUMNS = [
  'id',
  'price',
  'quantity',
  'first trade id',
  'last trade id',
  'time',
  'buyer is maker',
] as const;
export const AggTradeRow = z
  .tuple([count, decimal, decimal, count, count, instant, flag])
  .rest(anything);

export const TRADE_COLUMNS = [
  'id',
  'price',
  'quantity',
  'quote quantity',
  'time',
  'buyer is maker',
] as const;
export const TradeRow = z.tuple([count, decimal, decimal, decimal, instant, flag]).rest(anything);
