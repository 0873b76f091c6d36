import universe from '../universe.json';
import type { DecimalText } from './market-data';

/**
 * What is known about an asset before any feed has run: its names everywhere, and rough figures
 * for the simulator and for a first look. Feeds replace the figures.
 */
export interface UniverseAsset {
  /** BTC */
  symbol: string;
  name: string;
  /** BTCUSDT */
  pair: string;
  /** bitcoin */
  coingeckoId: string;
  /** False once the exchange has stopped trading the pair: known to imports of history only. */
  listed: boolean;
  /** Digits behind the point in which the exchange quotes the price. */
  priceDecimals: number;
  /** USD, roughly. */
  referencePrice: DecimalText;
  /** Units. */
  circulatingSupply: DecimalText | null;
  /** Units; null where unbounded. */
  maxSupply: DecimalText | null;
  /** Standard deviation of a year's log returns, as a fraction: 0.45 is 45 %. */
  annualVolatility: number;
  /** How far it moves, on average, when Bitcoin moves by 1. */
  betaToBtc: number;
}

const BY_SYMBOL: ReadonlyMap<string, UniverseAsset> = new Map(
  universe.map((asset) => [asset.symbol, asset]),
);

/** The assets followed unless configured otherwise: every one whose pair still trades. */
export const DEFAULT_ASSETS: readonly UniverseAsset[] = universe.filter((asset) => asset.listed);

/** Also knows pairs that no longer trade. */
export const knownAsset = (symbol: string): UniverseAsset | undefined => BY_SYMBOL.get(symbol);
