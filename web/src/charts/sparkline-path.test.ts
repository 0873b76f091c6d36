import { describe, expect, it } from 'vitest';
import { sparklinePath } from './sparkline-path';

describe('a sparkline', () => {
  it('runs from corner to corner for a straight rise', () => {
    expect(sparklinePath(['1', '2', '3'], 100, 22)).toBe('M0.0 21.0L50.0 11.0L100.0 1.0');
  });

  it('is a line in the middle for a price that never moved', () => {
    expect(sparklinePath(['5', '5'], 100, 22)).toBe('M0.0 11.0L100.0 11.0');
  });

  it('is nothing with fewer than two prices', () => {
    expect(sparklinePath(['5'], 100, 22)).toBe('');
  });

  it('thins a week of hours and keeps its first and last price', () => {
    const week = Array.from({ length: 168 }, (_, hour) => String(hour));
    const path = sparklinePath(week, 100, 22);
    expect(path.split('L')).toHaveLength(60);
    expect(path).toMatch(/^M0\.0 21\.0L.*L100\.0 1\.0$/);
  });
});
