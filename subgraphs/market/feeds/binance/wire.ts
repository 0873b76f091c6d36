import { z } from 'zod';

/** Shapes of Binance's spot API as they travel. Unknown keys are ignored, unknown enum values kept as text. */

const decimal = z.string().regex(/^\d+(\.\d+)?$/, 'not a decimal number');
const count = z.number().int().nonnegative();
const epochMs = z.number().int().nonnegative();

export const AggTrade = z.object({
  e: z.literal('aggTrade'),
  s: z.string(),
  /** Aggregate id, without gaps per symbol. */
  a: count,
  p: decimal,
  q: decimal,
  /** First and last of the trades it aggregates. */
  f: count,
  l: count,
  T: epochMs,
  /** The buyer was the maker, so the aggressor sold. */
  m: z.boolean(),
});
export type AggTrade = z.infer<typeof AggTrade>;

export const RawTrade = z.object({
  e: z.literal('trade'),
  s: z.string(),
  t: count,
  p: decimal,
  q: decimal,
  T: epochMs,
  m: z.boolean(),
});
export type RawTrade = z.infer<typeof RawTrade>;

export const Kline = z.object({
  e: z.literal('kline'),
  E: epochMs,
  s: z.string(),
  k: z.object({
    t: epochMs,
    i: z.string(),
    o: decimal,
    h: decimal,
    l: decimal,
    c: decimal,
    v: decimal,
    q: decimal,
    n: count,
    x: z.boolean(),
  }),
});

/** Also fits the full 24hrTicker, whose further keys nobody here reads. */
export const MiniTicker = z.object({
  e: z.enum(['24hrMiniTicker', '24hrTicker']),
  E: epochMs,
  s: z.string(),
  c: decimal,
  o: decimal,
  h: decimal,
  l: decimal,
  v: decimal,
  q: decimal,
});
export type MiniTicker = z.infer<typeof MiniTicker>;

const controlId = z.union([z.number(), z.string(), z.null()]).optional();
export const ControlAnswer = z.object({ result: z.unknown(), id: controlId });
export const ControlError = z.object({ code: z.number(), msg: z.string(), id: controlId });

const RateLimit = z.object({
  rateLimitType: z.string(),
  interval: z.string(),
  intervalNum: z.number().int().positive(),
  limit: z.number().int().positive(),
});

const SymbolFilter = z.looseObject({
  filterType: z.string(),
  tickSize: decimal.optional(),
  stepSize: decimal.optional(),
});

export const ExchangeInfo = z.object({
  serverTime: epochMs,
  rateLimits: z.array(RateLimit),
  symbols: z.array(
    z.object({ symbol: z.string(), status: z.string(), filters: z.array(SymbolFilter) }),
  ),
});
export type ExchangeInfo = z.infer<typeof ExchangeInfo>;

/** Open time, open, high, low, close, volume, close time, quote volume, trades; the rest is of no use here. */
export const KlineRow = z
  .tuple([epochMs, decimal, decimal, decimal, decimal, decimal, epochMs, decimal, count])
  .rest(z.unknown());
export const KlineRows = z.array(KlineRow);
export type KlineRow = z.infer<typeof KlineRow>;

export const AggTradeRows = z.array(AggTrade.omit({ e: true, s: true }));
export type AggTradeRow = z.infer<typeof AggTradeRows>[number];

export const DayTicker = z.object({
  symbol: z.string(),
  lastPrice: decimal,
  openPrice: decimal,
  highPrice: decimal,
  lowPrice: decimal,
  volume: decimal,
  quoteVolume: decimal,
  closeTime: epochMs,
});
export const DayTickers = z.array(DayTicker);
export type DayTicker = z.infer<typeof DayTicker>;

export const ErrorBody = z.object({ code: z.number().int(), msg: z.string() });
