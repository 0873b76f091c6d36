/** Most points a sparkline draws: more cannot be told apart at its size. */
const MOST_POINTS = 60;

function thin(values: readonly number[]): number[] {
  if (values.length <= MOST_POINTS) return [...values];
  const step = (values.length - 1) / (MOST_POINTS - 1);
  return Array.from({ length: MOST_POINTS }, (_, index) => values[Math.round(index * step)] ?? 0);
}

/**
 * The SVG path of a line through prices (decimal texts, oldest first) in a box of pixels; empty with
 * fewer than two prices. Coordinates are for drawing only.
 */
export function sparklinePath(prices: readonly string[], width: number, height: number): string {
  if (prices.length < 2) return '';
  const values = thin(prices.map(Number));
  const low = Math.min(...values);
  const span = Math.max(...values) - low;
  const inner = height - 2;
  return values
    .map((value, index) => {
      const x = (index / (values.length - 1)) * width;
      const y = span === 0 ? height / 2 : 1 + inner * (1 - (value - low) / span);
      return `${index === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`;
    })
    .join('');
}
