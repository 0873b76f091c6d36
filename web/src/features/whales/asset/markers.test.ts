import { describe, expect, it } from 'vitest';
import { type MarkedWhale, markerSize, markersOf } from './markers';

const HOUR_MS = 3_600_000;
const moved = (time: string, usd: string | null, direction: MarkedWhale['direction']) => ({
  ...{ id: `bitcoin:${time}${usd}`, time: `2024-08-09T${time}:00.000Z`, usd, direction },
  ...{ fold: null, status: 'CONFIRMED' as const },
});

describe('markers of whales', () => {
  it('stand at the candle in which something moved, one for each way it went', () => {
    const markers = markersOf(
      [
        moved('12:59', '3000000', 'TO_EXCHANGE'),
        moved('12:01', '9000000', 'TO_EXCHANGE'),
        moved('12:30', '1000000', 'FROM_EXCHANGE'),
        moved('11:59', '1000000', 'BETWEEN_EXCHANGES'),
      ],
      HOUR_MS,
    );
    const noon = Date.UTC(2024, 7, 9, 12);
    expect(markers.map(({ time, tone }) => [time, tone])).toEqual([
      [noon - HOUR_MS, 'neutral'],
      [noon, 'down'],
      [noon, 'up'],
    ]);
    expect(markers[1]?.whales.map(({ usd }) => usd)).toEqual(['9000000', '3000000']);
  });

  it('are of all that a group has moved, and of nothing that never happened', () => {
    const fold = { usd: '50000000', direction: 'FROM_EXCHANGE' as const };
    const head = { ...moved('12:00', '5000000', 'TO_EXCHANGE'), fold };
    const lost = { ...moved('12:01', '9000000', 'TO_EXCHANGE'), status: 'RETRACTED' as const };
    const markers = markersOf([head, lost], HOUR_MS);
    expect(markers.map(({ tone, size }) => [tone, size])).toEqual([['up', markerSize(5e7)]]);
  });

  it('grow with the order of magnitude, within bounds, and are small where nobody knows the worth', () => {
    const sizes = [0, 1e6, 1e7, 1e8, 1e12].map(markerSize);
    expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
    expect(sizes[3]! - sizes[2]!).toBeCloseTo(sizes[2]! - sizes[1]!);
    expect(markersOf([moved('12:00', null, 'ELSEWHERE')], HOUR_MS)[0]?.size).toBe(sizes[0]);
    expect(sizes.at(-1)).toBeLessThan(3);
  });
});
