import type { Trade } from '../../rules/market-data';
import { textOfUnits } from './bars';
import { centsOf, ticksOf } from './history';
import type { MarketModel, SimulatedAsset } from './model';
import { type Random, gaussian, hashText, logNormal, poisson } from './random';

/** Standard deviation of the logarithm of a trade's size. */
const SIZE_SPREAD = 1.5;
/** Distance of both sides of the book from the middle, as a share of the price. */
const HALF_SPREAD = 0.00002;
/** How much likelier buyers are to take while the price rises, and the other way round. */
const HERDING = 0.2;

const LIVE_PURPOSE = hashText('live');

/** A trade with its exact size in whole units. */
export interface SimulatedTrade {
  trade: Trade;
  ticks: number;
  quantitySteps: number;
  cents: number;
}

interface Quoted {
  readonly asset: SimulatedAsset;
  logPrice: number;
}

/** The assets trading from one moment on: a common market factor, and each asset's own noise. */
export class LiveMarket {
  private readonly quoted: Quoted[] = [];
  private readonly random: Random;
  private nextId: number;

  constructor(
    private readonly model: MarketModel,
    /** How many times as many trades as by default. */
    private readonly activity: number,
    startedAt: number,
  ) {
    this.random = model.randomAt(LIVE_PURPOSE, startedAt);
    // Ids go on growing over restarts.
    this.nextId = startedAt * 1_000;
  }

  add(asset: SimulatedAsset, price: number): void {
    this.quoted.push({ asset, logPrice: Math.log(price) });
  }

  /** USD. */
  prices(): { asset: SimulatedAsset; price: number }[] {
    return this.quoted.map(({ asset, logPrice }) => ({ asset, price: Math.exp(logPrice) }));
  }

  /** Moves all prices from one time to a later one, and returns the trades in between (epoch ms). */
  advance(from: number, to: number): SimulatedTrade[] {
    const deviation = Math.sqrt(this.model.variance(from, to - from));
    const market = this.model.volatility * gaussian(this.random);
    return this.quoted.flatMap((quoted) => {
      const { beta, ownVolatility } = quoted.asset;
      const move = deviation * (beta * market + ownVolatility * gaussian(this.random));
      quoted.logPrice += move;
      return this.tradesOf(quoted, move, from, to);
    });
  }

  private tradesOf(
    { asset, logPrice }: Quoted,
    move: number,
    from: number,
    to: number,
  ): SimulatedTrade[] {
    const mean = (asset.tradesPerSecond * this.activity * (to - from)) / 1_000;
    const count = poisson(this.random, mean);
    return Array.from({ length: count }, (_, at) => {
      const time = from + Math.floor(((at + this.random()) * (to - from)) / count);
      return this.tradeAt(asset, Math.exp(logPrice), Math.sign(move), time);
    });
  }

  private tradeAt(
    asset: SimulatedAsset,
    middle: number,
    drift: number,
    time: number,
  ): SimulatedTrade {
    const isBuy = this.random() < 0.5 + drift * HERDING;
    const ticks = ticksOf(asset, middle * (isBuy ? 1 + HALF_SPREAD : 1 - HALF_SPREAD));
    const value = logNormal(this.random, asset.meanTradeValue, SIZE_SPREAD);
    const quantitySteps = Math.max(1, Math.round((value / middle) * 10 ** asset.quantityDecimals));
    this.nextId += 1;
    const trade: Trade = {
      symbol: asset.symbol,
      id: String(this.nextId),
      price: textOfUnits(ticks, asset.priceDecimals),
      quantity: textOfUnits(quantitySteps, asset.quantityDecimals),
      time,
      aggressor: isBuy ? 'BUY' : 'SELL',
      count: 1,
    };
    return { trade, ticks, quantitySteps, cents: centsOf(asset, ticks, quantitySteps) };
  }
}
