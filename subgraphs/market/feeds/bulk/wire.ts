import { z } from 'zod';

/** Rows of the exchange's bulk files, and of files made from its candles, field by field as text. */

const decimal = z.string().regex(/^\d+(\.\d+)?([eE][+-]?\d{1,3})?$/, 'is not a decimal number');
const count = z.string().regex(/^\d{1,15}$/, 'is not a whole number');
const flag = z.string().regex(/^(true|false)$/i, 'is neither true nor false');
const instant = z
  .string()
  .regex(
    /^(\d{1,16}|\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d{1,6})?(Z|\+00:00)?)$/,
    'is neither an epoch in ms or µs nor a date and time in UTC',
  );
const anything = z.string();

const candle = [instant, decimal, decimal, decimal, decimal, decimal] as const;

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
