import { Exact, textOf } from '../../rules/exact';
import type { DecimalText } from '../../rules/market-data';
import type { CoinMarket } from './parse';
import type { CoinList } from './wire';

/** Which coin an asset is. */
export interface CoinOfAsset {
  /** bitcoin */
  id: string;
  /** How many coins one unit of the asset is: 1000 for 1000SATS. */
  coins: number;
}

interface Named {
  symbol: string;
  /** Known beforehand: it is believed. */
  coingeckoId: string | null;
}

const MULTIPLE = /^(1000|10000|1000000)(?=\D)/;

/** The ids that may be meant by assets whose id is not known: symbols are not unique. */
export function candidatesOf(assets: readonly Named[], list: CoinList): Map<string, string[]> {
  const ids = new Map<string, string[]>();
  for (const { id, symbol } of list) {
    const key = symbol.toUpperCase();
    ids.set(key, [...(ids.get(key) ?? []), id]);
  }
  return new Map(
    assets
      .filter(({ coingeckoId }) => coingeckoId === null)
      .map(({ symbol }) => [symbol, ids.get(symbol) ?? ids.get(withoutMultiple(symbol)) ?? []]),
  );
}

const withoutMultiple = (symbol: string): string => symbol.replace(MULTIPLE, '');

/** The coin of each asset: the known id, else the best-ranked of those with its symbol. */
export function mapCoins(
  assets: readonly Named[],
  candidates: ReadonlyMap<string, readonly string[]>,
  markets: readonly CoinMarket[],
): Map<string, CoinOfAsset> {
  const byId = new Map(markets.map((market) => [market.id, market]));
  return new Map(
    assets.flatMap(({ symbol, coingeckoId }): [string, CoinOfAsset][] => {
      const id = coingeckoId ?? bestRanked(candidates.get(symbol) ?? [], byId);
      return id === null ? [] : [[symbol, { id, coins: multipleIn(symbol, byId.get(id)) }]];
    }),
  );
}

/** A coin without a rank is not believed to be what the exchange trades: null of such. */
function bestRanked(
  ids: readonly string[],
  markets: ReadonlyMap<string, CoinMarket>,
): string | null {
  const rankOf = (id: string): number => markets.get(id)?.rank ?? Infinity;
  const [best] = [...ids].sort((a, b) => rankOf(a) - rankOf(b));
  return best === undefined || rankOf(best) === Infinity ? null : best;
}

/** A coin may have the number in its own name; then it is no multiple. */
const multipleIn = (symbol: string, market: CoinMarket | undefined): number =>
  market === undefined || market.symbol === symbol ? 1 : Number(MULTIPLE.exec(symbol)?.[0] ?? 1);

/** What CoinGecko says about an asset, in units of the asset; what it does not know is left out. */
export interface AssetFacts {
  symbol: string;
  rank: number | null;
  circulatingSupply?: DecimalText;
  /** Null where unbounded. */
  maxSupply: DecimalText | null;
  /** USD. */
  marketCap?: DecimalText;
}

export function toAssetFacts(
  coins: ReadonlyMap<string, CoinOfAsset>,
  markets: readonly CoinMarket[],
): AssetFacts[] {
  const byId = new Map(markets.map((market) => [market.id, market]));
  return [...coins].flatMap(([symbol, { id, coins: perUnit }]) => {
    const market = byId.get(id);
    return market === undefined ? [] : [factsOf(symbol, market, perUnit)];
  });
}

function factsOf(symbol: string, market: CoinMarket, coinsPerUnit: number): AssetFacts {
  const { rank, marketCap, circulatingSupply, maxSupply } = market;
  const units = (supply: DecimalText): DecimalText =>
    coinsPerUnit === 1 ? supply : textOf(new Exact(supply).div(coinsPerUnit));
  return {
    symbol,
    rank,
    maxSupply: maxSupply === null ? null : units(maxSupply),
    ...(isPositive(circulatingSupply) && { circulatingSupply: units(circulatingSupply) }),
    ...(isPositive(marketCap) && { marketCap }),
  };
}

/** CoinGecko gives 0 for the supply and the capitalisation of a coin whose supply it does not know. */
const isPositive = (value: DecimalText | null): value is DecimalText =>
  value !== null && new Exact(value).isPositive() && !new Exact(value).isZero();
