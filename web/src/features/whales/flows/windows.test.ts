import { describe, expect, it } from 'vitest';
import { parseWindow, rangeOf, recordedRange } from './windows';

const NOW = Date.UTC(2024, 7, 9, 12, 30);

describe('the windows of flows', () => {
  it('end with the hour or the day that it is', () => {
    expect(rangeOf(parseWindow('24h'), NOW)).toEqual({
      from: '2024-08-08T13:00:00.000Z',
      to: '2024-08-09T13:00:00.000Z',
    });
    expect(rangeOf(parseWindow('30d'), NOW).to).toBe('2024-08-10T00:00:00.000Z');
  });

  it('are of a day where an address names none', () => {
    expect([parseWindow(null), parseWindow('2y')].map(({ value }) => value)).toEqual([
      '24h',
      '24h',
    ]);
  });

  it('of a record are all its days, as many as the API gives at once', () => {
    const record = { from: Date.UTC(2024, 10, 5, 7), to: Date.UTC(2025, 9, 12, 23) };
    expect(recordedRange(record)).toEqual({
      from: '2024-11-05T07:00:00.000Z',
      to: '2025-10-13T00:00:00.000Z',
    });
    // 1,096 days before 13 October 2025.
    expect(recordedRange({ ...record, from: 0 }).from).toBe('2022-10-13T00:00:00.000Z');
  });
});
