/** What a bench found out about one target. */
export interface Finding {
  /** What was measured. */
  what: string;
  /** What it shall be, in words. */
  target: string;
  /** What it was, in words. */
  measured: string;
  met: boolean;
}

/** Says what was found, and passes it on to the runner if there is one. */
export function report(finding: Finding): void {
  console.log(lineOf(finding));
  if (process.env.BENCH_RUNNER) process.send?.({ finding });
}

export const lineOf = ({ what, target, measured, met }: Finding): string =>
  `${met ? 'met   ' : 'MISSED'}  ${what}: ${measured} (target: ${target})`;

/** The value below which the share `p` (0 to 1) of the values lies. */
export function quantile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))] ?? NaN;
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);
