import { STARRED } from '../watchlists';

/** The columns a table of assets can be ordered by. */
export const SORT_FIELDS = [
  'rank',
  'name',
  'price',
  'change1h',
  'change24h',
  'change7d',
  'volume24h',
  'marketCap',
] as const;

export type SortField = (typeof SORT_FIELDS)[number];

/** Which side of the market is shown, by the 24 h change. */
export type Side = 'all' | 'gainers' | 'losers';

/** What the markets page shows; the address bar holds exactly this. */
export interface MarketsView {
  search: string;
  sort: SortField;
  descending: boolean;
  side: Side;
  /** The watchlist whose assets are shown: its id, or `watchlist` for the starred one; null for all assets. */
  list: string | null;
  /** Whole USD as decimal digits; null for any. */
  minMarketCap: string | null;
  /** Whole USD as decimal digits; null for any. */
  minVolume24h: string | null;
}

/** The view without any choice made. */
export const DEFAULT_VIEW: MarketsView = {
  search: '',
  sort: 'rank',
  descending: false,
  side: 'all',
  list: null,
  minMarketCap: null,
  minVolume24h: null,
};

/** Longest search the API takes, in characters. */
const LONGEST_SEARCH = 64;

function parseSort(text: string | null): Pick<MarketsView, 'sort' | 'descending'> {
  const descending = text?.startsWith('-') ?? false;
  const sort = SORT_FIELDS.find((field) => field === text?.replace('-', ''));
  return sort ? { sort, descending } : { sort: DEFAULT_VIEW.sort, descending: false };
}

function parseWholeUsd(text: string | null): string | null {
  return text !== null && /^[1-9]\d{0,17}$/.test(text) ? text : null;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function parseList(text: string | null): string | null {
  return text !== null && (text === STARRED || UUID.test(text)) ? text : null;
}

/** Reads a view from the query part of an address; what makes no sense is ignored. */
export function parseView(params: URLSearchParams): MarketsView {
  const side = params.get('show');
  return {
    search: (params.get('q') ?? '').slice(0, LONGEST_SEARCH),
    ...parseSort(params.get('sort')),
    side: side === 'gainers' || side === 'losers' ? side : 'all',
    list: parseList(params.get('list')),
    minMarketCap: parseWholeUsd(params.get('cap')),
    minVolume24h: parseWholeUsd(params.get('volume')),
  };
}

/** Writes a view as the query part of an address; choices not made leave no trace. */
export function viewParams(view: MarketsView): URLSearchParams {
  const sort = `${view.descending ? '-' : ''}${view.sort}`;
  const entries: [string, string | null][] = [
    ['q', view.search || null],
    ['sort', sort === DEFAULT_VIEW.sort ? null : sort],
    ['show', view.side === 'all' ? null : view.side],
    ['list', view.list],
    ['cap', view.minMarketCap],
    ['volume', view.minVolume24h],
  ];
  return new URLSearchParams(
    entries.filter((entry): entry is [string, string] => entry[1] !== null),
  );
}

/** How many filters besides the search narrow the view. */
export function filterCount(view: MarketsView): number {
  return [
    view.side !== 'all',
    view.list !== null,
    view.minMarketCap !== null,
    view.minVolume24h !== null,
  ].filter(Boolean).length;
}

/** The same view without search and filters, in the same order. */
export function withoutFilters(view: MarketsView): MarketsView {
  return { ...DEFAULT_VIEW, sort: view.sort, descending: view.descending };
}

/** The view after a click on a column: a second click turns the order round. */
export function sortedBy(view: MarketsView, field: SortField): MarketsView {
  if (view.sort === field) return { ...view, descending: !view.descending };
  return { ...view, sort: field, descending: field !== 'rank' && field !== 'name' };
}
