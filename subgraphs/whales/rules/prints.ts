import type { ExchangePrint } from '@spyhop/platform/topics';
import { Exact } from './exact';

/** A trade on an exchange, before it is known whether it is large. */
export interface Trade {
  /** Ticker of the asset, e.g. BTC. */
  symbol: string;
  /** Of the exchange's own count of that symbol's trades of its kind. */
  id: number;
  side: ExchangePrint['side'];
  /** In USD for one unit. */
  price: string;
  /** In units of the asset. */
  amount: string;
  /** Epoch ms. */
  time: number;
  /** How many there were at that price. */
  trades: number;
  /** Agreed upon beside the order book. */
  isBlock: boolean;
}

/** All trades of one order that is larger than what stands at a price come so close to the first, in ms. */
const TOGETHER_MS = 50;
/** Prices are given to so many decimals where they are an average. */
const PRICE_DECIMALS = 8;

interface Sweep {
  first: Trade;
  amount: InstanceType<typeof Exact>;
  worth: InstanceType<typeof Exact>;
  trades: number;
}

/**
 * Sums up what one order took from several prices: trades of a symbol and side, all within 50 ms of the first.
 * What comes to `minUsd` is a print. Keeps one sweep for each symbol.
 */
export class Sweeps {
  private readonly open = new Map<string, Sweep>();

  constructor(
    private readonly exchange: string,
    private readonly minUsd: string,
  ) {}

  /** Takes the next trade of its symbol; what ends with it, and is large, comes out. */
  add(trade: Trade): ExchangePrint[] {
    if (trade.isBlock) return this.large(sweepOf(trade));
    const sweep = this.open.get(trade.symbol);
    if (sweep !== undefined && isOne(sweep, trade)) {
      extend(sweep, trade);
      return [];
    }
    this.open.set(trade.symbol, sweepOf(trade));
    return sweep === undefined ? [] : this.large(sweep);
  }

  /** What no trade before that time (epoch ms, the exchange's) can belong to any more, and is large. */
  endedBefore(time: number): ExchangePrint[] {
    const ended = [...this.open].filter(([, { first }]) => first.time + TOGETHER_MS < time);
    for (const [symbol] of ended) this.open.delete(symbol);
    return ended.flatMap(([, sweep]) => this.large(sweep));
  }

  private large({ first, amount, worth, trades }: Sweep): ExchangePrint[] {
    if (worth.lt(this.minUsd)) return [];
    const { symbol, side, time, isBlock, id } = first;
    return [
      {
        id: `${this.exchange}:${symbol}:${isBlock ? 'block' : 'trade'}:${id}`,
        ...{ exchange: this.exchange, symbol, side, time, isBlock, trades },
        price: worth.div(amount).toDecimalPlaces(PRICE_DECIMALS).toFixed(),
        amount: amount.toFixed(),
        usd: worth.toFixed(),
      },
    ];
  }
}

function sweepOf(first: Trade): Sweep {
  const amount = new Exact(first.amount);
  return { first, amount, worth: amount.mul(first.price), trades: first.trades };
}

const isOne = ({ first }: Sweep, { side, time }: Trade): boolean =>
  first.side === side && Math.abs(time - first.time) <= TOGETHER_MS;

function extend(sweep: Sweep, { amount, price, trades }: Trade): void {
  sweep.amount = sweep.amount.plus(amount);
  sweep.worth = sweep.worth.plus(new Exact(amount).mul(price));
  sweep.trades += trades;
}
