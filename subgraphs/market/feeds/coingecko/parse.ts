import { CURRENCIES } from '@spyhop/platform/currencies';
import { type ExchangeRate, ratesOf } from '../../rules/exchange-rates';
import type { MarketTotals } from '../../rules/global-figures';
import type { DecimalText } from '../../rules/market-data';
import type { CoinMarkets, ExchangeRates, Global, Trending } from './wire';

/** A coin as CoinGecko sees it; amounts in USD, null where it does not know. */
export interface CoinMarket {
  /** bitcoin */
  id: string;
  /** BTC; other coins may have the same. */
  symbol: string;
  name: string;
  price: DecimalText | null;
  /** By market capitalisation, 1 is the largest. */
  rank: number | null;
  marketCap: DecimalText | null;
  volume24h: DecimalText | null;
  high24h: DecimalText | null;
  low24h: DecimalText | null;
  /** Percent. */
  change1h: number | null;
  change24h: number | null;
  change7d: number | null;
  /** Units. */
  circulatingSupply: DecimalText | null;
  /** Units; null where unbounded or unknown. */
  maxSupply: DecimalText | null;
  /** About hourly prices of the last 7 days, oldest first; empty where they were not asked for. */
  sparkline: DecimalText[];
  /** Epoch ms. */
  updatedAt: number | null;
}

export const toCoinMarkets = (rows: CoinMarkets): CoinMarket[] =>
  rows.map((row) => ({
    id: row.id,
    symbol: row.symbol.toUpperCase(),
    name: row.name,
    price: row.current_price,
    rank: row.market_cap_rank,
    marketCap: row.market_cap,
    volume24h: row.total_volume,
    high24h: row.high_24h,
    low24h: row.low_24h,
    change1h: row.price_change_percentage_1h_in_currency,
    change24h: row.price_change_percentage_24h_in_currency ?? row.price_change_percentage_24h,
    change7d: row.price_change_percentage_7d_in_currency,
    circulatingSupply: row.circulating_supply,
    maxSupply: row.max_supply,
    sparkline: row.sparkline_in_7d?.price.filter((price) => price !== null) ?? [],
    updatedAt: row.last_updated,
  }));

/** The whole market: sums in USD, shares in percent. */
export type GlobalReport = MarketTotals & {
  /** Epoch ms. */
  updatedAt: number;
};

export const toGlobalReport = ({ data }: Global): GlobalReport => ({
  marketCap: data.total_market_cap.usd,
  volume24h: data.total_volume.usd,
  marketCapChange24h: data.market_cap_change_percentage_24h_usd,
  btcDominance: data.market_cap_percentage['btc'] ?? null,
  ethDominance: data.market_cap_percentage['eth'] ?? null,
  assets: data.active_cryptocurrencies,
  updatedAt: data.updated_at * 1_000,
});

/** Of states' currencies that there still are only, by ISO 4217 code. */
export function toExchangeRates({ rates }: ExchangeRates): ExchangeRate[] {
  const prices = Object.entries(rates)
    .filter(([, { type }]) => type === 'fiat')
    .map(([code, { value }]) => [code.toUpperCase(), value] as const)
    .filter(([currency]) => CURRENCIES.has(currency));
  return ratesOf(new Map(prices), rates.usd.value);
}

/** Ids, most attention first. */
export const toTrendingIds = ({ coins }: Trending): string[] => coins.map(({ item }) => item.id);
