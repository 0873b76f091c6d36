import type { DecimalText, Trade } from './market-data';

/** The newest price of a symbol. */
export interface NewestPrice {
  readonly symbol: string;
  /** USD. */
  readonly price: DecimalText;
  /** Market time, epoch ms. */
  readonly time: number;
  /** When it arrived here, epoch ms. */
  readonly receivedAt: number;
}

interface Slot extends NewestPrice {
  price: DecimalText;
  time: number;
  receivedAt: number;
  isPending: boolean;
  takenAt: number;
}

/**
 * Keeps the newest price of every symbol and hands each symbol out at most `hz` times a second:
 * at once when it was quiet before, else as soon as its turn comes. Times are handed in, epoch ms.
 */
export class Conflator {
  private readonly slots = new Map<string, Slot>();
  private pending: Slot[] = [];
  private readonly gapMs: number;

  constructor(hz: number) {
    this.gapMs = 1_000 / hz;
  }

  /** Newest wins by market time; of two at the same instant the later arrival. */
  put(symbol: string, price: DecimalText, time: number, receivedAt: number): void {
    let slot = this.slots.get(symbol);
    if (slot === undefined) {
      slot = { symbol, price, time, receivedAt, isPending: false, takenAt: -Infinity };
      this.slots.set(symbol, slot);
    } else if (time >= slot.time) {
      slot.price = price;
      slot.time = time;
      slot.receivedAt = receivedAt;
    } else return;
    this.enqueue(slot);
  }

  /** Hands the symbol out again in its turn, although its price is the same: something beside it changed. */
  touch(symbol: string): void {
    const slot = this.slots.get(symbol);
    if (slot !== undefined) this.enqueue(slot);
  }

  /** The newest known price of a symbol, taken or not. */
  newest(symbol: string): NewestPrice | undefined {
    return this.slots.get(symbol);
  }

  /** Symbols with a price. */
  get size(): number {
    return this.slots.size;
  }

  /** Hands out every waiting symbol whose turn has come at `now`. */
  takeDue(now: number): NewestPrice[] {
    const due: NewestPrice[] = [];
    const waiting: Slot[] = [];
    for (const slot of this.pending) {
      if (now - slot.takenAt < this.gapMs) waiting.push(slot);
      else due.push(take(slot, now));
    }
    this.pending = waiting;
    return due;
  }

  /** Symbols are waiting for their turn. */
  get isWaiting(): boolean {
    return this.pending.length > 0;
  }

  /** Everything known counts as not yet handed out: what was written is lost or was never written. */
  renew(): void {
    for (const slot of this.slots.values()) this.enqueue(slot);
  }

  clear(): void {
    this.slots.clear();
    this.pending = [];
  }

  private enqueue(slot: Slot): void {
    if (slot.isPending) return;
    slot.isPending = true;
    this.pending.push(slot);
  }
}

function take(slot: Slot, now: number): NewestPrice {
  slot.isPending = false;
  slot.takenAt = now;
  const { symbol, price, time, receivedAt } = slot;
  return { symbol, price, time, receivedAt };
}

/** The newest trades of each symbol since they were last taken, at most `ring` per symbol. */
export class TradeTape {
  private printed = new Map<string, Trade[]>();

  constructor(private readonly ring: number) {}

  put(trade: Trade): void {
    const trades = this.printed.get(trade.symbol);
    if (trades === undefined) this.printed.set(trade.symbol, [trade]);
    else {
      trades.push(trade);
      // Trimming in bulk keeps the cost per trade constant.
      if (trades.length >= 2 * this.ring) trades.splice(0, trades.length - this.ring);
    }
  }

  /** Puts back, behind what came since, what could not be passed on. */
  putBack(taken: ReadonlyMap<string, readonly Trade[]>): void {
    for (const [symbol, older] of taken) {
      this.printed.set(symbol, [...older, ...(this.printed.get(symbol) ?? [])].slice(-this.ring));
    }
  }

  /** Oldest first. */
  take(): Map<string, Trade[]> {
    const taken = this.printed;
    this.printed = new Map();
    for (const trades of taken.values()) {
      if (trades.length > this.ring) trades.splice(0, trades.length - this.ring);
    }
    return taken;
  }
}
