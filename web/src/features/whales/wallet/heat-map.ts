/** How often something moved in an hour of a weekday (UTC). */
export interface ActivityCell {
  /** 1 Monday to 7 Sunday. */
  weekday: number;
  hour: number;
  transactions: number;
}

const DAYS = 7;
const HOURS = 24;
const LEVELS = 4;

/** Counts by weekday, Monday first, and hour, from 0. Hours without anything are 0. */
export function activityGrid(cells: readonly ActivityCell[]): number[][] {
  const grid = Array.from({ length: DAYS }, () => Array.from({ length: HOURS }, () => 0));
  for (const { weekday, hour, transactions } of cells) {
    const day = grid[weekday - 1];
    if (day && hour in day) day[hour] = (day[hour] ?? 0) + transactions;
  }
  return grid;
}

/** How strongly a count is drawn: 0 for none, 1 to 4 up to the most there is. */
export const levelOf = (count: number, most: number): number =>
  count === 0 || most === 0 ? 0 : Math.ceil((LEVELS * count) / most);
