import { isGreater } from './exact';
import type { DecimalText } from './market-data';

/** A price in USD and the quantity offered there, in units of the asset; 0 removes the price. */
export type Level = readonly [price: DecimalText, quantity: DecimalText];

/** The whole book (or its best part) as of one update. */
export interface BookSnapshot {
  lastUpdateId: number;
  bids: readonly Level[];
  asks: readonly Level[];
}

/** The levels that changed between two updates, both inclusive. */
export interface BookChange {
  firstUpdateId: number;
  lastUpdateId: number;
  bids: readonly Level[];
  asks: readonly Level[];
}

/** What the caller has to do next: nothing, or fetch a snapshot and load it. */
export type BookStep = 'ok' | 'snapshot needed';

type IsBetter = (a: DecimalText, b: DecimalText) => boolean;

/** Levels with the best first. */
class BookSide {
  private readonly levels: Level[] = [];

  constructor(private readonly isBetter: IsBetter) {}

  set(level: Level): void {
    const [price, quantity] = level;
    const at = this.placeOf(price);
    const found = at < this.levels.length && this.isSame(price, this.levels[at][0]) ? 1 : 0;
    if (isZero(quantity)) this.levels.splice(at, found);
    else this.levels.splice(at, found, level);
  }

  best(): Level | null {
    return this.levels[0] ?? null;
  }

  private isSame(price: DecimalText, notBetter: DecimalText): boolean {
    return price === notBetter || !this.isBetter(price, notBetter);
  }

  /** Index of the first level that is not better than the price. */
  private placeOf(price: DecimalText): number {
    let low = 0;
    let high = this.levels.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.isBetter(this.levels[middle][0], price)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

const isZero = (quantity: DecimalText): boolean => !/[1-9]/.test(quantity);

const emptyBids = (): BookSide => new BookSide(isGreater);
const emptyAsks = (): BookSide => new BookSide((a, b) => isGreater(b, a));

/**
 * A local copy of an order book, kept from a snapshot and numbered changes.
 * Changes that arrive before the snapshot wait; a missing change throws the book away.
 */
export class OrderBook {
  private bids = emptyBids();
  private asks = emptyAsks();
  private waiting: BookChange[] = [];
  private updateId: number | null = null;

  /** The last update the book contains; null until a snapshot was loaded. */
  get lastUpdateId(): number | null {
    return this.updateId;
  }

  apply(change: BookChange): BookStep {
    if (this.updateId === null) {
      this.waiting.push(change);
      return 'snapshot needed';
    }
    if (change.lastUpdateId < this.updateId) return 'ok';
    if (change.firstUpdateId > this.updateId + 1) {
      this.reset();
      this.waiting.push(change);
      return 'snapshot needed';
    }
    change.bids.forEach((level) => this.bids.set(level));
    change.asks.forEach((level) => this.asks.set(level));
    this.updateId = change.lastUpdateId;
    return 'ok';
  }

  /** Takes a snapshot; one that is older than the first waiting change cannot be joined to it. */
  load(snapshot: BookSnapshot): BookStep {
    const [first] = this.waiting;
    if (first && snapshot.lastUpdateId < first.firstUpdateId) return 'snapshot needed';
    const waiting = this.waiting.filter((change) => change.lastUpdateId > snapshot.lastUpdateId);
    this.reset();
    snapshot.bids.forEach((level) => this.bids.set(level));
    snapshot.asks.forEach((level) => this.asks.set(level));
    this.updateId = snapshot.lastUpdateId;
    waiting.forEach((change) => this.apply(change));
    return this.updateId === null ? 'snapshot needed' : 'ok';
  }

  bestBid(): Level | null {
    return this.bids.best();
  }

  bestAsk(): Level | null {
    return this.asks.best();
  }

  private reset(): void {
    this.bids = emptyBids();
    this.asks = emptyAsks();
    this.waiting = [];
    this.updateId = null;
  }
}
