import { describe, expect, it } from 'vitest';
import { evened } from './points';

const HOUR_MS = 3_600_000;
const at = (hour: number, net: string) => ({ time: hour * HOUR_MS, in: net, out: '0', net });

describe('the points of a chart of flows', () => {
  it('are one for each hour, with nothing where nothing flowed', () => {
    const points = evened([at(1, '5'), at(4, '7')], HOUR_MS);
    expect(points.map(({ time, net }) => [time / HOUR_MS, net])).toEqual([
      [1, '5'],
      [2, '0'],
      [3, '0'],
      [4, '7'],
    ]);
    expect(evened([], HOUR_MS)).toEqual([]);
  });
});
