/** Uniform in [0, 1). */
export type Random = () => number;

const FNV_PRIME = 0x01000193;
const FNV_BASIS = 0x811c9dc5;

/** A 32-bit number that stands for the text. */
export function hashText(text: string): number {
  let hash = FNV_BASIS;
  for (let at = 0; at < text.length; at += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(at), FNV_PRIME);
  }
  return scramble(hash);
}

/** Mixes two 32-bit numbers into one; the order matters. */
export const mix = (a: number, b: number): number => scramble(Math.imul(a, 0x9e3779b1) ^ b);

/** A time in epoch ms as a 32-bit number, different for any two times within centuries. */
export const timeKey = (time: number): number =>
  mix(Math.floor(time / 0x1_0000_0000), (time % 0x1_0000_0000) | 0);

/** Every bit of the input reaches every bit of the result (the finaliser of MurmurHash3). */
function scramble(value: number): number {
  let bits = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

/** Mulberry32: small and fast, and good enough for prices that nobody bets on. */
export function randomFrom(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), 1 | state);
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits;
    return ((bits ^ (bits >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

/** Standard normal (Box-Muller). */
export const gaussian = (random: Random): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** How many events happen where `mean` are expected; quick for small means. */
export function poisson(random: Random, mean: number): number {
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = random(); product > limit; product *= random()) count += 1;
  return count;
}

/** Log-normal with the given mean; `spread` is the standard deviation of its logarithm. */
export const logNormal = (random: Random, mean: number, spread: number): number =>
  mean * Math.exp(spread * gaussian(random) - (spread * spread) / 2);
