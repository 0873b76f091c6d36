import { z } from 'zod';
import { Exact, textOf } from '../../rules/exact';

/**
 * Shapes of CoinGecko's API v3, read by `parseExactJson`: numbers come as text. Unknown keys are
 * ignored; a number that is missing is null, which is not 0.
 */

const NUMBER = /^-?\d+(\.\d+)?(e[+-]?\d{1,3})?$/i;
const WHOLE = /^-?\d{1,15}(\.0+)?$/;

/** Exact; a number with an exponent is written out. */
const decimal = z
  .string('is not a number')
  .regex(NUMBER, 'is not a number')
  .transform((text) => (/e/i.test(text) ? textOf(new Exact(text)) : text));
const whole = z.string('is not a number').regex(WHOLE, 'is not a whole number').transform(Number);
const percent = decimal.transform(Number);
const instant = z.iso.datetime().transform((text) => Date.parse(text));

const orNull = <Schema extends z.ZodType>(schema: Schema) =>
  schema.nullish().transform((value): z.output<Schema> | null => value ?? null);

export const CoinMarkets = z.array(
  z.object({
    id: z.string(),
    symbol: z.string(),
    name: z.string(),
    current_price: orNull(decimal),
    market_cap: orNull(decimal),
    market_cap_rank: orNull(whole),
    total_volume: orNull(decimal),
    high_24h: orNull(decimal),
    low_24h: orNull(decimal),
    circulating_supply: orNull(decimal),
    max_supply: orNull(decimal),
    price_change_percentage_1h_in_currency: orNull(percent),
    price_change_percentage_24h_in_currency: orNull(percent),
    price_change_percentage_24h: orNull(percent),
    price_change_percentage_7d_in_currency: orNull(percent),
    last_updated: orNull(instant),
    sparkline_in_7d: orNull(z.object({ price: z.array(orNull(decimal)) })),
  }),
);
export type CoinMarkets = z.output<typeof CoinMarkets>;

const byCurrency = z.record(z.string(), decimal);

export const Global = z.object({
  data: z.object({
    active_cryptocurrencies: whole,
    total_market_cap: byCurrency.and(z.object({ usd: decimal })),
    total_volume: byCurrency.and(z.object({ usd: decimal })),
    market_cap_percentage: z.record(z.string(), percent),
    market_cap_change_percentage_24h_usd: orNull(percent),
    /** Seconds. */
    updated_at: whole,
  }),
});
export type Global = z.output<typeof Global>;

const pricedInBitcoin = z.object({
  value: decimal.refine((text) => new Exact(text).gt(0), 'is not above 0'),
  /** fiat, crypto or commodity */
  type: z.string(),
});

/** What a bitcoin is worth, by lower-case code. */
export const ExchangeRates = z.object({
  rates: z.record(z.string(), pricedInBitcoin).and(z.object({ usd: pricedInBitcoin })),
});
export type ExchangeRates = z.output<typeof ExchangeRates>;

/** The rest of an entry is made for display. */
export const Trending = z.object({
  coins: z.array(z.object({ item: z.object({ id: z.string() }) })),
});
export type Trending = z.output<typeof Trending>;

export const CoinList = z.array(z.object({ id: z.string(), symbol: z.string(), name: z.string() }));
export type CoinList = z.output<typeof CoinList>;

/** The message of an error has been seen in three places. */
const status = z.object({
  error_code: orNull(whole),
  error_message: orNull(z.string()),
});
export const ErrorBody = z.union([
  z.object({ status }).transform((body) => body.status),
  z.object({ error: z.object({ status }) }).transform((body) => body.error.status),
  z
    .object({ error: z.string() })
    .transform(({ error }) => ({ error_code: null, error_message: error })),
]);
