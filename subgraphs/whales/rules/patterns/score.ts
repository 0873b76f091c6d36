/** How unusual a figure is beside others of the same asset and kind. */
export interface Score {
  /** Robust standard deviations above the median, on a scale of logarithms; negative below it. */
  score: number;
  /** Of the others. */
  median: number;
  /** How many others there are. */
  others: number;
}

/** With fewer there is no telling what is usual. */
export const FEWEST = 20;
/** What the authors take for an outlier. */
export const OUTLIER = 3.5;
/** From here on it is more than most. */
const NOTABLE = 1;

/**
 * The modified z-score of Iglewicz and Hoaglin, "How to Detect and Handle Outliers" (1993), as the NIST/SEMATECH
 * e-Handbook of Statistical Methods gives it in 1.3.5.17: 0.6745 (x - median) / MAD, above 3.5 an outlier. Where
 * more than half of the others are the same, and MAD is 0, the mean absolute deviation takes its place, times
 * 1.253314 (IBM SPSS, "Modified z score"). Of logarithms, because sizes and times of whales are spread over orders of
 * magnitude. All must be above zero. Null with fewer than 20 others, or where all of them are the same.
 */
export function scoreOf(value: number, others: readonly number[]): Score | null {
  if (others.length < FEWEST || !(value > 0)) return null;
  const logs = others.map(Math.log);
  const middle = medianOf(logs);
  const distances = logs.map((each) => Math.abs(each - middle));
  const deviation = medianOf(distances) / 0.6745 || meanOf(distances) * 1.253314;
  if (deviation === 0) return null;
  const score = (Math.log(value) - middle) / deviation;
  return {
    score: Math.round(score * 100) / 100,
    median: medianOf(others),
    others: others.length,
  };
}

export const isNotable = (score: Score | null): score is Score =>
  score !== null && score.score >= NOTABLE;

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [below = 0, above = 0] = [sorted[middle - 1], sorted[middle]];
  return sorted.length % 2 === 1 ? above : (below + above) / 2;
}

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
