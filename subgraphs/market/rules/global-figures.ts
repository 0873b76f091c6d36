import { Exact, textOf } from './exact';
import type { DecimalText } from './market-data';

/** What the whole market is computed from; prices in USD. */
export interface AssetFigures {
  symbol: string;
  price: DecimalText;
  /** USD; null without history that old. */
  price24h: DecimalText | null;
  /** Units; null when unknown. */
  circulatingSupply: DecimalText | null;
  /** USD of the last 24 h; null when unknown. */
  volume24h: DecimalText | null;
}

/** Sums over assets in USD, and shares in percent. */
export interface MarketTotals {
  marketCap: DecimalText;
  volume24h: DecimalText;
  /** Percent; null unless every asset with a supply has a price of 24 h ago. */
  marketCapChange24h: number | null;
  btcDominance: number | null;
  ethDominance: number | null;
  /** Assets with a market capitalisation. */
  assets: number;
}

const USD_DECIMALS = 2;
const PERCENT_DECIMALS = 4;

/** The market as far as it is tracked: capitalisation is price × circulating supply. */
export function totalsOf(figures: readonly AssetFigures[]): MarketTotals {
  const valued = figures.filter((each) => each.circulatingSupply !== null);
  const now = sumOf(valued.map(({ price, circulatingSupply }) => times(price, circulatingSupply)));
  const before = valued.every(({ price24h }) => price24h !== null)
    ? sumOf(valued.map(({ price24h, circulatingSupply }) => times(price24h, circulatingSupply)))
    : null;
  const shareOf = (symbol: string): number | null => {
    const asset = valued.find((each) => each.symbol === symbol);
    return asset === undefined ? null : percent(times(asset.price, asset.circulatingSupply), now);
  };
  return {
    marketCap: dollars(now),
    volume24h: dollars(sumOf(figures.map(({ volume24h }) => new Exact(volume24h ?? 0)))),
    marketCapChange24h: before === null ? null : percent(now.minus(before), before),
    btcDominance: shareOf('BTC'),
    ethDominance: shareOf('ETH'),
    assets: valued.length,
  };
}

const times = (price: DecimalText | null, units: DecimalText | null): Exact =>
  new Exact(price ?? 0).times(units ?? 0);

const sumOf = (values: readonly Exact[]): Exact =>
  values.reduce((all, value) => all.plus(value), new Exact(0));

const dollars = (value: Exact): DecimalText => textOf(value.toDecimalPlaces(USD_DECIMALS));

/** Null of nothing. */
const percent = (part: Exact, whole: Exact): number | null =>
  whole.isZero() ? null : part.div(whole).times(100).toDecimalPlaces(PERCENT_DECIMALS).toNumber();
