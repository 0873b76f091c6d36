/**
 * Standard deviation of the last values, at constant cost per value.
 *
 * Welford's recurrence, run forwards for a value that enters and backwards for one that leaves
 * (B. P. Welford, "Note on a method for calculating corrected sums of squares and products", 1962).
 * Running it backwards gathers rounding errors, so the sums are made anew from the kept values
 * once per turn of the ring: still constant cost on average.
 */
export class RollingDeviation {
  private readonly ring: Float64Array;
  private oldest = 0;
  private size = 0;
  private mean = 0;
  /** Sum of squared distances from the mean. */
  private squares = 0;
  private removals = 0;

  /** Keeps at most `capacity` values. */
  constructor(private readonly capacity: number) {
    this.ring = new Float64Array(capacity);
  }

  get count(): number {
    return this.size;
  }

  /** Adds a value; the oldest leaves where there is no room. */
  push(value: number): void {
    if (this.size === this.capacity) this.dropOldest();
    this.ring[(this.oldest + this.size) % this.capacity] = value;
    this.include(value);
  }

  dropOldest(): void {
    if (this.size === 0) return;
    const value = this.ring[this.oldest] as number;
    this.oldest = (this.oldest + 1) % this.capacity;
    this.exclude(value);
    this.removals += 1;
    if (this.removals >= this.capacity) this.sumAnew();
  }

  clear(): void {
    this.oldest = this.size = this.mean = this.squares = this.removals = 0;
  }

  /** Divided by n − 1; null of fewer than two values. */
  sampleDeviation(): number | null {
    return this.size < 2 ? null : Math.sqrt(Math.max(0, this.squares) / (this.size - 1));
  }

  private include(value: number): void {
    this.size += 1;
    const distance = value - this.mean;
    this.mean += distance / this.size;
    this.squares += distance * (value - this.mean);
  }

  private exclude(value: number): void {
    this.size -= 1;
    if (this.size === 0) return this.clear();
    const distance = value - this.mean;
    this.mean -= distance / this.size;
    this.squares -= distance * (value - this.mean);
  }

  private sumAnew(): void {
    const kept = this.size;
    this.size = this.mean = this.squares = this.removals = 0;
    for (let at = 0; at < kept; at += 1) {
      this.include(this.ring[(this.oldest + at) % this.capacity] as number);
    }
  }
}
