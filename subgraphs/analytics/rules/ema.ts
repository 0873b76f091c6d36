/**
 * Exponential moving average: e_t = e_(t−1) + 2 / (period + 1) × (x_t − e_(t−1)),
 * beginning with the plain mean of the first `period` values.
 */
export class Ema {
  private readonly weight: number;
  private count = 0;
  private sum = 0;
  private average = 0;

  constructor(private readonly period: number) {
    this.weight = 2 / (period + 1);
  }

  push(value: number): void {
    this.count += 1;
    if (this.count > this.period) {
      this.average += this.weight * (value - this.average);
      return;
    }
    this.sum += value;
    this.average = this.sum / this.count;
  }

  reset(): void {
    this.count = this.sum = this.average = 0;
  }

  /** Null before `period` values. */
  value(): number | null {
    return this.count < this.period ? null : this.average;
  }
}
