import { expect, it } from 'vitest';
import { parseInterval } from './intervals';
import { placeInRange } from './place-in-range';

it('an address names an interval, or the preferred one is taken', () => {
  expect(parseInterval('15m', 'H1').value).toBe('M15');
  expect(parseInterval('2h', 'H1').value).toBe('H1');
  expect(parseInterval(null, 'D1').value).toBe('D1');
});

it('a price stands between low and high, never beyond', () => {
  expect(placeInRange('15', '10', '20')).toBe(0.5);
  expect(placeInRange('25', '10', '20')).toBe(1);
  expect(placeInRange('10', '10', '10')).toBeNull();
  expect(placeInRange(undefined, '10', '20')).toBeNull();
});
