import { Exact } from './exact';
import type { DecimalText } from './market-data';
import { DEFAULT_ASSETS, type UniverseAsset, knownAsset } from './universe';

/** An asset as it is first tracked. */
export interface NewAsset {
  symbol: string;
  name: string;
  /** BTCUSDT */
  pair: string;
  coingeckoId: string | null;
  /** By market capitalisation, 1 is the largest. */
  rank: number | null;
  /** Digits behind the decimal point in which the exchange quotes the price. */
  priceDecimals: number;
  /** Units. */
  circulatingSupply: DecimalText | null;
  /** Units; null where unbounded or unknown. */
  maxSupply: DecimalText | null;
}

/** The exchange's most precise quotes; used where nothing else is known of a pair. */
const MOST_DECIMALS = 8;

/** The default assets, ranked by their rough market capitalisation until a source tells the real one. */
export function defaultAssets(): NewAsset[] {
  const bySize = [...DEFAULT_ASSETS].sort((a, b) => roughCap(b).cmp(roughCap(a)));
  return bySize.map((asset, index) => ({ ...described(asset), rank: index + 1 }));
}

/** An asset that somebody brings along, described as far as it is known. */
export function assetNamed(symbol: string, pair: string): NewAsset {
  const known = knownAsset(symbol);
  if (known !== undefined) return described(known);
  return {
    symbol,
    name: symbol,
    pair,
    coingeckoId: null,
    rank: null,
    priceDecimals: MOST_DECIMALS,
    circulatingSupply: null,
    maxSupply: null,
  };
}

const roughCap = ({ referencePrice, circulatingSupply }: UniverseAsset): Exact =>
  new Exact(referencePrice).times(circulatingSupply ?? 0);

const described = (asset: UniverseAsset): NewAsset => ({
  symbol: asset.symbol,
  name: asset.name,
  pair: asset.pair,
  coingeckoId: asset.coingeckoId,
  rank: null,
  priceDecimals: asset.priceDecimals,
  circulatingSupply: asset.circulatingSupply,
  maxSupply: asset.maxSupply,
});
