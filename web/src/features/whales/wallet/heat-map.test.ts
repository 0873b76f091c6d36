import { describe, expect, it } from 'vitest';
import { activityGrid, levelOf } from './heat-map';

describe('the activity of a wallet', () => {
  it('stands at its weekday and hour, with nothing elsewhere', () => {
    const grid = activityGrid([
      { weekday: 1, hour: 0, transactions: 3 },
      { weekday: 7, hour: 23, transactions: 1 },
    ]);
    expect(grid.map((day) => day.length)).toEqual(Array(7).fill(24));
    expect([grid[0]?.[0], grid[6]?.[23]]).toEqual([3, 1]);
    expect(grid.flat().reduce((sum, count) => sum + count, 0)).toBe(4);
  });

  it('is stronger for more, and never gone where there is some', () => {
    expect([0, 1, 50, 100].map((count) => levelOf(count, 100))).toEqual([0, 1, 2, 4]);
    expect(levelOf(0, 0)).toBe(0);
  });
});
