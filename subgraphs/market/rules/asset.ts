import { Exact, larger, smaller } from './exact';
import type { DecimalText } from './market-data';

/** What changes rarely about an asset. */
export interface AssetInfo {
  /** BTC */
  symbol: string;
  name: string;
  /** BTCUSDT */
  pair: string;
  /** By market capitalisation, 1 is the largest. */
  rank: number | null;
  /** Digits behind the decimal point in which the exchange quotes the price. */
  priceDecimals: number;
  /** Units. */
  circulatingSupply: DecimalText | null;
  /** Units; null where unbounded or unknown. */
  maxSupply: DecimalText | null;
  /** USD, as last reported by the source of the metadata. */
  marketCap: DecimalText | null;
}

/** The newest price and its past; all prices in USD. */
export interface AssetQuote {
  last: {
    price: DecimalText;
    /** Market time, epoch ms. */
    time: number;
    dayStats?: {
      open: DecimalText;
      high: DecimalText;
      low: DecimalText;
      /** USD. */
      quoteVolume: DecimalText;
    };
  } | null;
  baseline: {
    price1h: DecimalText | null;
    price24h: DecimalText | null;
    price7d: DecimalText | null;
    /** Hourly closes, oldest first. */
    sparkline: DecimalText[];
  } | null;
}

/** Everything known of an asset at one moment. */
export interface AssetState extends AssetQuote {
  info: AssetInfo;
}

export type ChangeWindow = '1h' | '24h' | '7d';

const CHANGE_DECIMALS = 4;

/** 100 × (price − base) / base in percent, rounded to 4 decimals; null where the base is zero. */
function changePercent(price: DecimalText, base: DecimalText): number | null {
  const before = new Exact(base);
  if (before.isZero()) return null;
  const percent = new Exact(price).minus(before).div(before).times(100);
  return percent.toDecimalPlaces(CHANGE_DECIMALS).toNumber();
}

/** USD 24 h ago: the exchange's own figure where it gives one, else from candles. */
export const open24hOf = ({ last, baseline }: AssetQuote): DecimalText | null =>
  last?.dayStats?.open ?? baseline?.price24h ?? null;

/** USD at the start of the window; null without history that old. */
function basePriceOf(quote: AssetQuote, window: ChangeWindow): DecimalText | null {
  if (window === '24h') return open24hOf(quote);
  return (window === '1h' ? quote.baseline?.price1h : quote.baseline?.price7d) ?? null;
}

/** Percent over the window; null without a price or without history that old. */
export function changeOf(quote: AssetQuote, window: ChangeWindow): number | null {
  const base = basePriceOf(quote, window);
  return quote.last === null || base === null ? null : changePercent(quote.last.price, base);
}

/** Price × circulating supply in USD; the reported figure where one of them is unknown. */
export function marketCapOf({ info, last }: AssetState): Exact | null {
  if (last !== null && info.circulatingSupply !== null) {
    return new Exact(last.price).times(info.circulatingSupply);
  }
  return info.marketCap === null ? null : new Exact(info.marketCap);
}

/** The quote after a newer price: the day's range stretches to include it. */
export function withPrice(quote: AssetQuote, price: DecimalText, time: number): AssetQuote {
  const stats = quote.last?.dayStats;
  const dayStats = stats && {
    ...stats,
    high: larger(stats.high, price),
    low: smaller(stats.low, price),
  };
  return { baseline: quote.baseline, last: { price, time, ...(dayStats && { dayStats }) } };
}
