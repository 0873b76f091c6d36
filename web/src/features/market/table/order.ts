import type { MarketsView, SortField } from './view-state';

/** What filtering and ordering need to know of an asset; amounts are decimal texts in USD. */
export interface AssetFigures {
  symbol: string;
  name: string;
  rank: number | null;
  price: string | null;
  change1h: number | null;
  change24h: number | null;
  change7d: number | null;
  volume24h: string | null;
  marketCap: string | null;
}

function matches(asset: AssetFigures, search: string): boolean {
  const wanted = search.trim().toLowerCase();
  return asset.symbol.toLowerCase().includes(wanted) || asset.name.toLowerCase().includes(wanted);
}

function reaches(amount: string | null, least: string | null): boolean {
  return least === null || (amount !== null && Number(amount) >= Number(least));
}

function onSide(change24h: number | null, side: MarketsView['side']): boolean {
  if (side === 'all') return true;
  if (change24h === null) return false;
  return side === 'gainers' ? change24h > 0 : change24h < 0;
}

function passes(
  asset: AssetFigures,
  view: MarketsView,
  listed: ReadonlySet<string> | null,
): boolean {
  return (
    matches(asset, view.search) &&
    reaches(asset.marketCap, view.minMarketCap) &&
    reaches(asset.volume24h, view.minVolume24h) &&
    onSide(asset.change24h, view.side) &&
    (listed === null || listed.has(asset.symbol))
  );
}

function sortValue(asset: AssetFigures, field: Exclude<SortField, 'name'>): number | null {
  const value = asset[field];
  return value === null ? null : Number(value);
}

function compareValues(a: number | null, b: number | null, sign: 1 | -1): number {
  if (a === b) return 0;
  if (a === null) return 1;
  if (b === null) return -1;
  return sign * (a - b);
}

function comparison(view: MarketsView): (a: AssetFigures, b: AssetFigures) => number {
  const sign = view.descending ? -1 : 1;
  const field = view.sort;
  const bySymbol = (a: AssetFigures, b: AssetFigures) => a.symbol.localeCompare(b.symbol);
  if (field === 'name') return (a, b) => sign * a.name.localeCompare(b.name) || bySymbol(a, b);
  return (a, b) => compareValues(sortValue(a, field), sortValue(b, field), sign) || bySymbol(a, b);
}

/**
 * The symbols a view shows, in its order; assets without the figure come last either way. `listed` are those of
 * the watchlist that the view names; null where it names none.
 */
export function orderSymbols(
  assets: readonly AssetFigures[],
  view: MarketsView,
  listed: ReadonlySet<string> | null,
): string[] {
  return assets
    .filter((asset) => passes(asset, view, listed))
    .sort(comparison(view))
    .map((asset) => asset.symbol);
}
