import { invalidInput } from '@spyhop/platform/errors';
import { z } from 'zod';
import { type AssetState, changeOf, marketCapOf } from './asset';
import { badCursor, decodeCursor, encodeCursor } from './cursor';
import { Exact } from './exact';
import { type Page, pageOf } from './page';
import { MOST_SYMBOLS } from './symbols';

export type AssetSortField =
  | 'RANK'
  | 'NAME'
  | 'PRICE'
  | 'CHANGE_1H'
  | 'CHANGE_24H'
  | 'CHANGE_7D'
  | 'VOLUME_24H'
  | 'MARKET_CAP';

export interface AssetOrder {
  field: AssetSortField;
  direction: 'ASC' | 'DESC';
}

/** Every given condition must hold; a figure that is unknown meets none. */
export interface AssetConditions {
  symbols?: readonly string[] | null;
  search?: string | null;
  /** USD. */
  minMarketCap?: Exact | null;
  /** USD. */
  minVolume24h?: Exact | null;
  /** Percent. */
  minChange24h?: number | null;
  /** Percent. */
  maxChange24h?: number | null;
}

export const LONGEST_SEARCH = 64;

type SortKey = Exact | string | null;

const numberKey = (value: number | string | null | undefined): SortKey =>
  value === null || value === undefined ? null : new Exact(value);

const SORT_KEYS: Readonly<Record<AssetSortField, (asset: AssetState) => SortKey>> = {
  RANK: ({ info }) => numberKey(info.rank),
  NAME: ({ info }) => info.name.toLowerCase(),
  PRICE: ({ last }) => numberKey(last?.price),
  CHANGE_1H: (asset) => numberKey(changeOf(asset, '1h')),
  CHANGE_24H: (asset) => numberKey(changeOf(asset, '24h')),
  CHANGE_7D: (asset) => numberKey(changeOf(asset, '7d')),
  VOLUME_24H: ({ last }) => numberKey(last?.dayStats?.quoteVolume),
  MARKET_CAP: marketCapOf,
};

/** Throws INVALID_INPUT for conditions that are out of bounds. */
export function checkConditions({ symbols, search }: AssetConditions): void {
  if (symbols && symbols.length > MOST_SYMBOLS) {
    throw invalidInput(
      `\`filter.symbols\` may list at most ${MOST_SYMBOLS} symbols, not ${symbols.length}.`,
    );
  }
  if (search && search.length > LONGEST_SEARCH) {
    throw invalidInput(
      `\`filter.search\` may have at most ${LONGEST_SEARCH} characters, not ${search.length}.`,
    );
  }
}

export function filterAssets(
  assets: readonly AssetState[],
  conditions: AssetConditions,
): AssetState[] {
  const symbols = conditions.symbols && new Set(conditions.symbols);
  const part = conditions.search?.trim().toLowerCase();
  return assets.filter(
    (asset) =>
      (!symbols || symbols.has(asset.info.symbol)) &&
      (!part || nameContains(asset, part)) &&
      isAtLeast(marketCapOf(asset), conditions.minMarketCap) &&
      isAtLeast(asset.last?.dayStats?.quoteVolume, conditions.minVolume24h) &&
      isWithin(asset, conditions.minChange24h, conditions.maxChange24h),
  );
}

const nameContains = ({ info }: AssetState, part: string): boolean =>
  info.symbol.toLowerCase().includes(part) || info.name.toLowerCase().includes(part);

function isAtLeast(
  value: Exact | string | null | undefined,
  least: Exact | null | undefined,
): boolean {
  if (least === null || least === undefined) return true;
  return value !== null && value !== undefined && least.lte(value);
}

function isWithin(
  asset: AssetState,
  least: number | null | undefined,
  most: number | null | undefined,
): boolean {
  if ((least ?? null) === null && (most ?? null) === null) return true;
  const change = changeOf(asset, '24h');
  return change !== null && change >= (least ?? -Infinity) && change <= (most ?? Infinity);
}

interface Position {
  key: SortKey;
  symbol: string;
}
interface Placed extends Position {
  asset: AssetState;
}

/** Unknown values come last in both directions; equal ones are in order of symbol. */
function compare(a: Position, b: Position, direction: AssetOrder['direction']): number {
  if (a.key === null || b.key === null) {
    if (a.key !== b.key) return a.key === null ? 1 : -1;
  } else {
    const byKey = compareKeys(a.key, b.key);
    if (byKey !== 0) return direction === 'ASC' ? byKey : -byKey;
  }
  return compareText(a.symbol, b.symbol);
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function compareKeys(a: Exact | string, b: Exact | string): number {
  return typeof a === 'string' || typeof b === 'string'
    ? compareText(String(a), String(b))
    : a.cmp(b);
}

/** In order, starting behind the cursor. Throws INVALID_INPUT for a cursor of another order. */
export function pageAssets(
  assets: readonly AssetState[],
  order: AssetOrder,
  first: number,
  after: string | null | undefined,
): Page<AssetState> {
  const start = after ? positionAt(after, order) : null;
  const placed = assets
    .map((asset): Placed => ({
      asset,
      key: SORT_KEYS[order.field](asset),
      symbol: asset.info.symbol,
    }))
    .sort((a, b) => compare(a, b, order.direction));
  const rest = start ? placed.filter((item) => compare(item, start, order.direction) > 0) : placed;
  const hasPrevious = rest.length < placed.length;
  const page = pageOf(rest, first, hasPrevious, (item) => cursorOf(item, order));
  return { ...page, edges: page.edges.map(({ cursor, node }) => ({ cursor, node: node.asset })) };
}

const cursorPosition = z.object({
  field: z.string(),
  direction: z.string(),
  key: z.string().nullable(),
  symbol: z.string(),
});

const cursorOf = ({ key, symbol }: Position, order: AssetOrder): string =>
  encodeCursor('assets', {
    ...order,
    key: key === null || typeof key === 'string' ? key : key.toFixed(),
    symbol,
  });

function positionAt(text: string, order: AssetOrder): Position {
  const { field, direction, key, symbol } = decodeCursor(text, 'assets', cursorPosition);
  if (field !== order.field || direction !== order.direction) {
    throw badCursor(
      text,
      `it belongs to the order ${field} ${direction}, not to ${order.field} ${order.direction}`,
    );
  }
  if (key === null || order.field === 'NAME') return { key, symbol };
  if (!/^-?\d+(\.\d+)?$/.test(key)) throw badCursor(text, 'its "key" is not a number');
  return { key: new Exact(key), symbol };
}
