import { type AssetState, changePercent, marketCapOf, open24hOf } from './asset';
import { Exact } from './exact';
import type { DecimalText } from './market-data';

/** The whole market at a glance; amounts in USD, shares and changes in percent. */
export interface GlobalMarketFigures {
  marketCap: DecimalText;
  volume24h: DecimalText;
  marketCapChange24h: number | null;
  btcDominance: number | null;
  ethDominance: number | null;
  /** Number of assets the figures cover. */
  assets: number;
  /** Epoch ms. */
  updatedAt: number;
}

const SHARE_DECIMALS = 4;

/** The figures over the tracked assets, for as long as no source gives those of the whole market. */
export function sumUp(assets: readonly AssetState[], now: number): GlobalMarketFigures {
  const marketCap = total(assets.map(marketCapOf));
  return {
    marketCap: marketCap.toFixed(),
    volume24h: total(assets.map(({ last }) => last?.dayStats?.quoteVolume)).toFixed(),
    marketCapChange24h: changePercent(marketCap.toFixed(), total(assets.map(capADayAgo)).toFixed()),
    btcDominance: shareOf('BTC', assets, marketCap),
    ethDominance: shareOf('ETH', assets, marketCap),
    assets: assets.length,
    updatedAt: now,
  };
}

const total = (amounts: readonly (Exact | string | null | undefined)[]): Exact =>
  amounts.reduce<Exact>((sum, amount) => sum.plus(amount ?? 0), new Exact(0));

/** Today's where the price of a day ago is unknown, so that it does not look like growth. */
function capADayAgo(asset: AssetState): Exact | null {
  const cap = marketCapOf(asset);
  const open = open24hOf(asset);
  if (cap === null || open === null || asset.last === null) return cap;
  return cap.times(open).div(asset.last.price);
}

function shareOf(symbol: string, assets: readonly AssetState[], marketCap: Exact): number | null {
  const asset = assets.find(({ info }) => info.symbol === symbol);
  const cap = asset ? marketCapOf(asset) : null;
  if (cap === null || marketCap.isZero()) return null;
  return cap.div(marketCap).times(100).toDecimalPlaces(SHARE_DECIMALS).toNumber();
}
