import type { Direction } from '../../ui/direction';

/** Below this strength a trend counts as none. */
const SIDEWAYS = 0.15;
/** From this strength on a trend counts as strong. */
const STRONG = 0.6;

/** A trend in words. */
export interface TrendWords {
  words: string;
  direction: Direction;
}

/** Puts a trend from -1 to 1 into words; null where it is not known. */
export function describeTrend(trend: number | null): TrendWords | null {
  if (trend === null) return null;
  const strength = Math.abs(trend);
  if (strength < SIDEWAYS) return { words: 'Sideways', direction: 'flat' };
  const strong = strength >= STRONG;
  if (trend > 0) return { words: strong ? 'Strongly up' : 'Up', direction: 'up' };
  return { words: strong ? 'Strongly down' : 'Down', direction: 'down' };
}
