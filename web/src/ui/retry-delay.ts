const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 15_000;

/** A growing delay in milliseconds, shortened at random so that clients do not return all at once. */
export function retryDelay(attempt: number, random: () => number): number {
  const longest = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** attempt);
  return longest * (0.5 + random() / 2);
}
