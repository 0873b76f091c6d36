import type { UniverseAsset } from '../../rules/universe';
import { gaussian, hashText, mix, randomFrom, timeKey } from './random';

const HOUR_MS = 3_600_000;
const YEAR_MS = 365 * 24 * HOUR_MS;

/** Share of an asset's variance that is always its own, however high its beta. */
const LEAST_OWN_SHARE = 0.05;

/** How much busier than the average the busiest hour of the day is, as a share of variance. */
const SEASONAL_SWING = 0.35;
const BUSIEST_HOUR_UTC = 15;

/** Quiet and wild stretches follow each other at about this pace. */
const CLUSTER_MS = 6 * HOUR_MS;
/** Standard deviation of the logarithm of the volatility. */
const CLUSTER_SPREAD = 0.3;

/** Traded value of a day in USD of an asset worth `REFERENCE_CAP`, and its trades per second. */
const REFERENCE_CAP = 1.8e12;
const REFERENCE_VOLUME = 2e9;
const REFERENCE_RATE = 6;
/** What is assumed of an asset whose supply is unknown, in USD. */
const UNKNOWN_CAP = 5e8;

/** An asset as the simulation sees it. Numbers here are inputs of chance, not amounts of money. */
export interface SimulatedAsset {
  readonly symbol: string;
  readonly key: number;
  /** USD. */
  readonly referencePrice: number;
  /** Prices are whole ticks of 10^-priceDecimals USD, quantities whole steps of 10^-quantityDecimals. */
  readonly priceDecimals: number;
  readonly quantityDecimals: number;
  /** Return per unit of the market's return. */
  readonly beta: number;
  /** Standard deviation of a year's own log return, on top of the market's. */
  readonly ownVolatility: number;
  /** Standard deviation of a year's log return in all. */
  readonly volatility: number;
  readonly tradesPerSecond: number;
  /** Mean value of one trade, USD. */
  readonly meanTradeValue: number;
}

/** The asset moved by a market whose annual volatility is `marketVolatility`. */
export function simulatedAsset(asset: UniverseAsset, marketVolatility: number): SimulatedAsset {
  const referencePrice = Number(asset.referencePrice);
  const total = asset.annualVolatility ** 2;
  const isMarket = asset.symbol === 'BTC';
  const least = isMarket ? 0 : LEAST_OWN_SHARE * total;
  const own = Math.max(total - (asset.betaToBtc * marketVolatility) ** 2, least);
  const cap = referencePrice * Number(asset.circulatingSupply ?? 0) || UNKNOWN_CAP;
  const volume = REFERENCE_VOLUME * (cap / REFERENCE_CAP) ** 0.6;
  const tradesPerSecond = REFERENCE_RATE * Math.sqrt(volume / REFERENCE_VOLUME);
  return {
    symbol: asset.symbol,
    key: hashText(asset.symbol),
    referencePrice,
    priceDecimals: asset.priceDecimals,
    quantityDecimals: Math.max(0, Math.ceil(Math.log10(referencePrice))),
    // What is its own at least is taken from what it shares with the market.
    beta: Math.sqrt(Math.max(total - own, 0)) / marketVolatility,
    ownVolatility: Math.sqrt(own),
    volatility: asset.annualVolatility,
    tradesPerSecond,
    meanTradeValue: volume / (tradesPerSecond * 86_400),
  };
}

/** One seeded market. Everything about a moment follows from the seed and the time alone. */
export class MarketModel {
  private readonly key: number;

  constructor(
    seed: string,
    /** Standard deviation of a year's log return of the market. */
    readonly volatility: number,
  ) {
    this.key = hashText(seed);
  }

  /** A generator for one purpose at one time, epoch ms. */
  randomAt(purpose: number, time: number): () => number {
    return randomFrom(mix(mix(this.key, purpose), timeKey(time)));
  }

  /** Variance of a log return over `ms` around `time`, per unit of annual variance; 1/year on average. */
  variance(time: number, ms: number): number {
    const seasonal = ms < 24 * HOUR_MS ? seasonality(time) : 1;
    return (ms / YEAR_MS) * seasonal * this.clustering(time);
  }

  /** Between random knots the logarithm of the volatility moves smoothly; its mean square is 1. */
  private clustering(time: number): number {
    const knot = Math.floor(time / CLUSTER_MS);
    const weight = time / CLUSTER_MS - knot;
    const level = (1 - weight) * this.knot(knot) + weight * this.knot(knot + 1);
    const normal = level / Math.hypot(1 - weight, weight);
    return Math.exp(2 * CLUSTER_SPREAD * normal - 2 * CLUSTER_SPREAD ** 2);
  }

  private knot(index: number): number {
    return gaussian(this.randomAt(CLUSTER_PURPOSE, index));
  }
}

const CLUSTER_PURPOSE = hashText('clustering');

/** Over a day the mean is 1. */
function seasonality(time: number): number {
  const hour = (time / HOUR_MS) % 24;
  return 1 + SEASONAL_SWING * Math.cos((2 * Math.PI * (hour - BUSIEST_HOUR_UTC)) / 24);
}
