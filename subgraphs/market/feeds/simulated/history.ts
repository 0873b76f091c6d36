import type { CandleInterval } from '@spyhop/platform/topics';
import { INTERVAL_MS, openTimeOf } from '../../rules/candles';
import type { Candle } from '../../rules/market-data';
import { type Bar, coarser, toCandle } from './bars';
import type { MarketModel, SimulatedAsset } from './model';
import { gaussian, hashText, mix } from './random';

/** How far back each resolution reaches, in ms before now. */
export interface HistoryDepth {
  minutes: number;
  hours: number;
  days: number;
}

const DAY_MS = INTERVAL_MS['1d'];

export const DEFAULT_DEPTH: HistoryDepth = {
  minutes: DAY_MS,
  hours: 31 * DAY_MS,
  days: 365 * DAY_MS,
};

/** The resolutions that history is simulated in; all other intervals are made of these. */
const RESOLUTIONS = ['1d', '1h', '1m'] as const;
type Resolution = (typeof RESOLUTIONS)[number];

/** One simulated step: a candle of its resolution. */
interface Step {
  resolution: Resolution;
  /** Epoch ms. */
  openTime: number;
  /** Log return from open to close and its standard deviation. */
  logReturn: number;
  deviation: number;
}

/** Where a price path starts or ends. */
export interface PricePoint {
  /** USD. */
  price: number;
  /** Epoch ms. */
  time: number;
}

/** The past of one asset: the price before its first step, the steps, and the price after the last. */
export interface PricePath {
  steps: readonly Step[];
  startPrice: number;
  endPrice: number;
}

/** A past that starts where the depth says and ends at the asset's reference price. */
export function freshPath(
  model: MarketModel,
  asset: SimulatedAsset,
  now: number,
  depth: HistoryDepth,
): PricePath {
  const steps = stepsBetween(model, asset, openTimeOf('1d', now - depth.days), now, depth);
  const startPrice = asset.referencePrice * Math.exp(-totalReturn(steps));
  return { steps, startPrice, endPrice: asset.referencePrice };
}

/** What would have happened since a known price, minute by minute where that is recent. */
export function pathSince(
  model: MarketModel,
  asset: SimulatedAsset,
  from: PricePoint,
  now: number,
  depth: HistoryDepth,
): PricePath {
  const firstMinute = openTimeOf('1m', from.time) + INTERVAL_MS['1m'];
  const steps = stepsBetween(model, asset, firstMinute, now, depth);
  return { steps, startPrice: from.price, endPrice: from.price * Math.exp(totalReturn(steps)) };
}

const totalReturn = (steps: readonly Step[]): number =>
  steps.reduce((sum, step) => sum + step.logReturn, 0);

/** From an aligned time up to the minute that is forming now: as coarse as alignment and depth allow. */
function stepsBetween(
  model: MarketModel,
  asset: SimulatedAsset,
  from: number,
  now: number,
  depth: HistoryDepth,
): Step[] {
  const until: Record<Resolution, number> = {
    '1d': openTimeOf('1d', now - depth.hours),
    '1h': openTimeOf('1h', now - depth.minutes),
    '1m': openTimeOf('1m', now),
  };
  const steps: Step[] = [];
  for (let time = from; time < until['1m'];) {
    const resolution = resolutionAt(time, until);
    steps.push(stepAt(model, asset, resolution, time));
    time += INTERVAL_MS[resolution];
  }
  return steps;
}

const resolutionAt = (time: number, until: Record<Resolution, number>): Resolution =>
  RESOLUTIONS.find(
    (interval) =>
      openTimeOf(interval, time) === time && time + INTERVAL_MS[interval] <= until[interval],
  ) ?? '1m';

const MARKET_PURPOSE = hashText('market');
const RESOLUTION_KEYS: Record<Resolution, number> = {
  '1d': hashText('1d'),
  '1h': hashText('1h'),
  '1m': hashText('1m'),
};

function stepAt(
  model: MarketModel,
  asset: SimulatedAsset,
  resolution: Resolution,
  openTime: number,
): Step {
  const deviation = Math.sqrt(model.variance(openTime, INTERVAL_MS[resolution]));
  const key = RESOLUTION_KEYS[resolution];
  const market = gaussian(model.randomAt(mix(MARKET_PURPOSE, key), openTime));
  const own = gaussian(model.randomAt(mix(asset.key, key), openTime));
  const logReturn =
    deviation * (asset.beta * model.volatility * market + asset.ownVolatility * own);
  return { resolution, openTime, logReturn, deviation: deviation * asset.volatility };
}

const SHAPE_PURPOSE = hashText('shape');
const HOUR_PURPOSE = hashText('busy hour');
const VOLUME_SPREAD = 0.5;

/** The path as bars of each resolution, rounded to what the exchange quotes. */
export function barsOf(
  model: MarketModel,
  asset: SimulatedAsset,
  path: PricePath,
): Record<Resolution, Bar[]> {
  const bars: Record<Resolution, Bar[]> = { '1d': [], '1h': [], '1m': [] };
  const purpose = mix(SHAPE_PURPOSE, asset.key);
  let price = path.startPrice;
  for (const step of path.steps) {
    const random = model.randomAt(purpose, step.openTime);
    bars[step.resolution].push(barOf(asset, step, price, busynessOf(model, asset, step), random));
    price *= Math.exp(step.logReturn);
  }
  return bars;
}

/** Minutes of one hour are busy together, or hours made of them would all have the same volume. */
function busynessOf(model: MarketModel, asset: SimulatedAsset, step: Step): number {
  if (step.resolution !== '1m') return 1;
  const random = model.randomAt(mix(HOUR_PURPOSE, asset.key), openTimeOf('1h', step.openTime));
  return Math.exp(VOLUME_SPREAD * gaussian(random));
}

function barOf(
  asset: SimulatedAsset,
  step: Step,
  open: number,
  busyness: number,
  random: () => number,
): Bar {
  const { logReturn, deviation } = step;
  const ticks = (logMove: number): number => ticksOf(asset, open * Math.exp(logMove));
  const rise = (logReturn + bridgeReach(logReturn, deviation, random)) / 2;
  const fall = (logReturn - bridgeReach(logReturn, deviation, random)) / 2;
  const seconds = INTERVAL_MS[step.resolution] / 1_000;
  // A wide move draws trades.
  const activity =
    busyness * Math.exp(VOLUME_SPREAD * gaussian(random)) * (0.6 + (rise - fall) / (4 * deviation));
  const trades = Math.max(1, Math.round(asset.tradesPerSecond * seconds * activity));
  const close = ticks(logReturn);
  const value = trades * asset.meanTradeValue;
  const volume = Math.max(1, Math.round((value / open) * 10 ** asset.quantityDecimals));
  return {
    openTime: step.openTime,
    open: ticks(0),
    high: ticks(rise),
    low: ticks(fall),
    close,
    volume,
    quoteCents: centsOf(asset, ticks(logReturn / 2), volume),
    trades,
  };
}

/** Twice the highest point of a Brownian bridge to `logReturn`, less `logReturn` (its exact law). */
const bridgeReach = (logReturn: number, deviation: number, random: () => number): number =>
  Math.sqrt(logReturn ** 2 - 2 * deviation ** 2 * Math.log(1 - random()));

/** Never below one tick: a price of nothing does not exist. */
export const ticksOf = (asset: SimulatedAsset, price: number): number =>
  Math.max(1, Math.round(price * 10 ** asset.priceDecimals));

/** Value of a quantity in whole US cents. */
export const centsOf = (asset: SimulatedAsset, ticks: number, quantitySteps: number): number =>
  Math.round((ticks * quantitySteps * 100) / 10 ** (asset.priceDecimals + asset.quantityDecimals));

/** What each interval is made of, finest first; each made before it is needed. */
const MADE_OF: readonly (readonly [CandleInterval, CandleInterval])[] = [
  ['5m', '1m'],
  ['15m', '5m'],
  ['1h', '15m'],
  ['4h', '1h'],
  ['1d', '4h'],
];

/** Finished candles of every interval, oldest first within each; only whole ones. */
export function* candlesOf(
  asset: SimulatedAsset,
  simulated: Record<Resolution, Bar[]>,
  range: { from: number; to: number },
): Generator<Candle[]> {
  const bars = new Map<CandleInterval, Bar[]>([['1m', simulated['1m']]]);
  yield simulated['1m'].map((bar) => toCandle(asset, '1m', bar));
  for (const [interval, finer] of MADE_OF) {
    const own = interval === '1h' || interval === '1d' ? simulated[interval] : [];
    const made = [...own, ...coarser(interval, bars.get(finer) ?? [])];
    made.sort((a, b) => a.openTime - b.openTime);
    bars.set(interval, made);
    yield made
      .filter(
        (bar) => bar.openTime >= range.from && bar.openTime + INTERVAL_MS[interval] <= range.to,
      )
      .map((bar) => toCandle(asset, interval, bar));
  }
}
