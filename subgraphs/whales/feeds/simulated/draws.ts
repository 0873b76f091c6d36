import { createHash } from 'node:crypto';

const BITS_48 = 2 ** 48;

/** Numbers and names that follow from a text alone: the same text draws the same ones. */
export class Draws {
  private count = 0;

  constructor(private readonly key: string) {}

  /** Uniform in [0, 1). */
  number(): number {
    return this.digest().readUIntBE(0, 6) / BITS_48;
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.number();
  }

  /** A whole number from `low` to `high`, both included. */
  whole(low: number, high: number): number {
    return Math.floor(this.between(low, high + 1));
  }

  pick<T>(list: readonly [T, ...T[]]): T {
    return list[Math.floor(this.number() * list.length)] ?? list[0];
  }

  /** Log-normal around `median`; `spread` is the standard deviation of the logarithm (Box-Muller). */
  logNormal(median: number, spread: number): number {
    const normal =
      Math.sqrt(-2 * Math.log(1 - this.number())) * Math.cos(2 * Math.PI * this.number());
    return median * Math.exp(spread * normal);
  }

  /** 64 hexadecimal digits. */
  hex(): string {
    return this.digest().toString('hex');
  }

  private digest(): Buffer {
    this.count += 1;
    return createHash('sha256').update(`${this.key}/${this.count}`).digest();
  }
}
