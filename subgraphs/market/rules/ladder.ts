import type { CandleInterval } from '@spyhop/platform/topics';
import { INTERVAL_MS, endOf, openTimeOf, rollUp } from './candles';
import { isGreater } from './exact';
import type { Candle } from './market-data';

/** Each interval and the next finer one it is made of. */
const RUNGS = [
  ['5m', '1m'],
  ['15m', '5m'],
  ['1h', '15m'],
  ['4h', '1h'],
  ['1d', '4h'],
] as const satisfies readonly (readonly [CandleInterval, CandleInterval])[];

export type CoarseInterval = (typeof RUNGS)[number][0];

/** A stretch of stored candles. */
export interface StoredStretch {
  interval: CandleInterval;
  /** Epoch ms, inclusive. */
  from: number;
  /** Epoch ms, exclusive. */
  to: number;
}

/**
 * The finished candles that the forming ones are built on at `time` (epoch ms): the minutes of the
 * current 5m, the 5m candles of the current 15m, and so on, each up to the one that still forms.
 */
export const ladderSeeds = (time: number): StoredStretch[] =>
  RUNGS.map(([coarse, fine]) => ({
    interval: fine,
    from: openTimeOf(coarse, time),
    to: openTimeOf(fine, time),
  }));

/** The candle of one interval that is forming, held as the finer candles it is made of. */
class Rung {
  private readonly parts = new Map<number, Candle>();
  private newestPart = -Infinity;
  /** All parts but the newest as one: only the newest changes often. */
  private settled: Candle | null = null;
  private openTime = -Infinity;
  private phase: 'stored' | 'live' | 'over' = 'stored';

  constructor(
    readonly interval: CoarseInterval,
    readonly finer: CandleInterval,
  ) {}

  /** Puts a part in place of the one it replaces; returns the candle that is over because of it. */
  put(part: Candle): Candle | null {
    const openTime = openTimeOf(this.interval, part.openTime);
    if (openTime < this.openTime) return null;
    const ended = openTime > this.openTime ? this.end() : null;
    this.hold(openTime, part);
    this.phase = 'live';
    return ended;
  }

  /**
   * Like `put`, for what is already stored: it ends nothing, is not worth reporting, and does not
   * replace a part that knows more, which its volume tells.
   */
  seed(part: Candle): void {
    const openTime = openTimeOf(this.interval, part.openTime);
    if (openTime < this.openTime) return;
    const known = openTime === this.openTime ? this.parts.get(part.openTime) : undefined;
    if (known === undefined || isGreater(part.volume, known.volume)) this.hold(openTime, part);
  }

  current(): Candle | null {
    const newest = this.parts.get(this.newestPart);
    if (newest === undefined) return null;
    this.settled ??= rollUp(this.interval, this.olderParts());
    return rollUp(this.interval, this.settled === null ? [newest] : [this.settled, newest]);
  }

  isOver(time: number): boolean {
    return this.openTime + INTERVAL_MS[this.interval] <= time;
  }

  /** The current candle as final, once. */
  end(): Candle | null {
    const last = this.phase === 'live' ? this.current() : null;
    if (last === null) return null;
    this.phase = 'over';
    return { ...last, closed: true };
  }

  /** Null once it has ended. */
  forming(): Candle | null {
    return this.phase === 'over' ? null : this.current();
  }

  private hold(openTime: number, part: Candle): void {
    if (openTime > this.openTime) {
      this.parts.clear();
      this.openTime = openTime;
      this.newestPart = -Infinity;
      this.phase = 'stored';
    }
    if (part.openTime !== this.newestPart) this.settled = null;
    this.newestPart = Math.max(this.newestPart, part.openTime);
    this.parts.set(part.openTime, part);
  }

  private olderParts(): Candle[] {
    return [...this.parts.values()]
      .filter((part) => part.openTime !== this.newestPart)
      .sort((a, b) => a.openTime - b.openTime);
  }
}

/** Keeps the forming candle of every interval above 1m for one symbol, from its 1m candles. */
export class CandleLadder {
  private readonly rungs = RUNGS.map(([interval, finer]) => new Rung(interval, finer));

  /** Takes finished candles of `ladderSeeds`, also later on, to replace what is known of them. */
  seed(stored: readonly Candle[]): void {
    for (const rung of this.rungs) {
      for (const candle of stored) if (candle.interval === rung.finer) rung.seed(candle);
    }
    this.lift();
  }

  /** Takes a 1m candle, forming or final; a later one of the same minute replaces it. Returns what closed. */
  put(minute: Candle): Candle[] {
    const ended: Candle[] = [];
    let part = minute;
    for (const rung of this.rungs) {
      const over = rung.put(part);
      if (over !== null) ended.push(over);
      const current = rung.current();
      if (current === null) break;
      part = current;
    }
    return minute.closed ? [...ended, ...this.closeUntil(endOf(minute))] : ended;
  }

  /** Ends what is over at `time` (market time, epoch ms); returns the candles that closed. */
  closeUntil(time: number): Candle[] {
    return this.rungs.flatMap((rung) => (rung.isOver(time) ? (rung.end() ?? []) : []));
  }

  /** What forms now, finest first. */
  forming(): Candle[] {
    return this.rungs.flatMap((rung) => rung.forming() ?? []);
  }

  private lift(): void {
    this.rungs.forEach((rung, at) => {
      const current = rung.current();
      if (current !== null) this.rungs[at + 1]?.seed(current);
    });
  }
}
