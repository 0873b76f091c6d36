/** Which way a figure moved. */
export type Direction = 'up' | 'down' | 'flat';

/** The direction of a change in percent; unknown counts as flat. */
export function directionOf(change: number | null): Direction {
  if (change === null || change === 0) return 'flat';
  return change > 0 ? 'up' : 'down';
}

/** The direction from one price to the next, both decimal texts. */
export function directionBetween(before: string, after: string): Direction {
  return directionOf(Number(after) - Number(before));
}
