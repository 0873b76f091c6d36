import { type AssetState, type ChangeWindow, changeOf } from './asset';
import { Exact } from './exact';

export interface Movers {
  /** Largest rise first. */
  gainers: AssetState[];
  /** Largest fall first. */
  losers: AssetState[];
}

interface Moved {
  asset: AssetState;
  change: number;
}

const bySymbol = (a: Moved, b: Moved): number =>
  a.asset.info.symbol < b.asset.info.symbol ? -1 : 1;

function movedIn(assets: readonly AssetState[], window: ChangeWindow): Moved[] {
  return assets.flatMap((asset) => {
    const change = changeOf(asset, window);
    return change === null ? [] : [{ asset, change }];
  });
}

/** The assets that rose and those that fell most over the window; what did not move is in neither. */
export function moversOf(
  assets: readonly AssetState[],
  window: ChangeWindow,
  first: number,
): Movers {
  const moved = movedIn(assets, window);
  const up = moved
    .filter(({ change }) => change > 0)
    .sort((a, b) => b.change - a.change || bySymbol(a, b));
  const down = moved
    .filter(({ change }) => change < 0)
    .sort((a, b) => a.change - b.change || bySymbol(a, b));
  return {
    gainers: up.slice(0, first).map(({ asset }) => asset),
    losers: down.slice(0, first).map(({ asset }) => asset),
  };
}

/** Places by traded value of the last 24 hours as a share: 1 for the largest, 1/n for the smallest. */
function volumeShares(assets: readonly AssetState[]): Map<AssetState, number> {
  const volumeOf = (asset: AssetState): Exact => new Exact(asset.last?.dayStats?.quoteVolume ?? 0);
  const ascending = assets
    .map((asset) => ({ asset, volume: volumeOf(asset) }))
    .sort((a, b) => a.volume.cmp(b.volume));
  return new Map(ascending.map(({ asset }, at) => [asset, (at + 1) / ascending.length]));
}

/**
 * What draws attention when no source says so: size of the last hour's move in percent,
 * weighted by the place in traded value, so that a jump of a hardly traded asset does not lead.
 */
function liveliest(assets: readonly AssetState[], first: number): AssetState[] {
  const shares = volumeShares(assets);
  return movedIn(assets, '1h')
    .map(({ asset, change }) => ({ asset, change: Math.abs(change) * (shares.get(asset) ?? 0) }))
    .sort((a, b) => b.change - a.change || bySymbol(a, b))
    .slice(0, first)
    .map(({ asset }) => asset);
}

/** The listed symbols first, in their order, as far as they are tracked; filled up with the liveliest. */
export function trendingOf(
  assets: readonly AssetState[],
  symbols: readonly string[],
  first: number,
): AssetState[] {
  const bySymbolText = new Map(assets.map((asset) => [asset.info.symbol, asset]));
  const named = symbols.flatMap((symbol) => bySymbolText.get(symbol) ?? []);
  return [...new Set([...named, ...liveliest(assets, first + named.length)])].slice(0, first);
}
