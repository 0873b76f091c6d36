import type { Clock } from '@spyhop/platform/clock';
import type { Memory } from './memory';

/** Times of the clock, epoch ms, each later than the one before: of two things learned it says which came last. */
export function stampsOf(clock: Clock, after = 0): () => number {
  let last = after;
  return () => (last = Math.max(clock(), last + 1));
}

const KEY = 'reserved';
/** So far ahead stamps are noted, in ms, so that not each of them has to be. */
const AHEAD_MS = 10_000;

/** The same over restarts, where clocks may have been set back: later than all that an earlier process has given. */
export class Stamps {
  private stamp: () => number;
  /** All that are given are before, epoch ms. */
  private reserved = 0;

  constructor(
    private readonly clock: Clock,
    private readonly memory: Memory<number>,
  ) {
    this.stamp = stampsOf(clock);
  }

  /** What an earlier process has given; before any is asked for. */
  async restore(): Promise<void> {
    const [reserved = 0] = await this.memory.all();
    this.stamp = stampsOf(this.clock, reserved);
  }

  /** Redis does what it is asked in turn, so that the note is there before whatever the stamp stands on. */
  next(): number {
    const stamp = this.stamp();
    if (stamp < this.reserved) return stamp;
    this.reserved = stamp + AHEAD_MS;
    // Where it cannot be noted, what the stamp stands on cannot be handed over either.
    this.memory.keep(KEY, this.reserved).catch(() => (this.reserved = 0));
    return stamp;
  }
}
