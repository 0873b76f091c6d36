/** Count, mean and sum of squared distances from the mean of some values. */
interface Moments {
  readonly count: number;
  readonly mean: number;
  readonly squares: number;
}

const NONE: Moments = { count: 0, mean: 0, squares: 0 };

/** T. F. Chan, G. H. Golub, R. J. LeVeque, "Updating formulae and a pairwise algorithm", 1979. */
function together(one: Moments, other: Moments): Moments {
  if (one.count === 0) return other;
  if (other.count === 0) return one;
  const count = one.count + other.count;
  const distance = other.mean - one.mean;
  return {
    count,
    mean: one.mean + (distance * other.count) / count,
    squares: one.squares + other.squares + (distance ** 2 * one.count * other.count) / count,
  };
}

const just = (value: number): Moments => ({ count: 1, mean: value, squares: 0 });

/**
 * Standard deviation of the last values, at constant cost per value on average.
 *
 * A queue of two stacks: nothing is ever subtracted from a sum, so a value that has left, however
 * large, leaves no rounding error behind.
 */
export class RollingDeviation {
  /** Of the older values: each entry sums up its value and all newer ones of this stack; the oldest is on top. */
  private older: Moments[] = [];
  private newer: number[] = [];
  private sumOfNewer = NONE;

  /** Keeps at most `capacity` values. */
  constructor(private readonly capacity: number) {}

  get count(): number {
    return this.older.length + this.newer.length;
  }

  /** Adds a value; the oldest leaves where there is no room. */
  push(value: number): void {
    if (this.count === this.capacity) this.dropOldest();
    this.newer.push(value);
    this.sumOfNewer = together(this.sumOfNewer, just(value));
  }

  dropOldest(): void {
    if (this.older.length === 0) this.turnOver();
    this.older.pop();
  }

  clear(): void {
    this.older = [];
    this.newer = [];
    this.sumOfNewer = NONE;
  }

  /** Divided by n − 1; null of fewer than two values. */
  sampleDeviation(): number | null {
    const { count, squares } = together(this.older.at(-1) ?? NONE, this.sumOfNewer);
    return count < 2 ? null : Math.sqrt(squares / (count - 1));
  }

  private turnOver(): void {
    let sum = NONE;
    for (const value of this.newer.reverse()) {
      sum = together(just(value), sum);
      this.older.push(sum);
    }
    this.newer = [];
    this.sumOfNewer = NONE;
  }
}
