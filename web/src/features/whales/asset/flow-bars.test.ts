import { describe, expect, it } from 'vitest';
import { flowBars, flowRange } from './flow-bars';

const HOUR_MS = 3_600_000;
const NOON = Date.UTC(2024, 7, 9, 12);
const at = (hour: number, value: string) => ({
  time: new Date(NOON + hour * HOUR_MS).toISOString(),
  value,
});

describe('flows below candles', () => {
  it('are added up to the candles that they fall into, from the oldest of these on', () => {
    expect(
      flowBars([at(-1, '9'), at(0, '5'), at(3, '-2'), at(4, '1')], {
        lengthMs: 4 * HOUR_MS,
        from: NOON,
      }),
    ).toEqual([
      { time: NOON, value: 3 },
      { time: NOON + 4 * HOUR_MS, value: 1 },
    ]);
  });

  it('stand at the start of their hour below shorter candles', () => {
    expect(flowBars([at(1, '5')], { lengthMs: 300_000, from: NOON })).toEqual([
      { time: NOON + HOUR_MS, value: 5 },
    ]);
  });

  it('are asked for by hour, and by day below candles of days, no further back than they are given', () => {
    expect(flowRange(HOUR_MS, NOON - 90_000, NOON + 1)).toEqual({
      bucket: 'HOUR',
      from: '2024-08-09T11:00:00.000Z',
      to: '2024-08-09T13:00:00.000Z',
    });
    const daily = flowRange(24 * HOUR_MS, 0, NOON);
    expect(daily.bucket).toBe('DAY');
    expect((Date.parse(daily.to) - Date.parse(daily.from)) / (24 * HOUR_MS)).toBe(1096);
  });
});
