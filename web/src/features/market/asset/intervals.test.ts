import { expect, it } from 'vitest';
import { parseInterval } from './intervals';
import { placeInRange } from './place-in-range';

it('an address names an interval, or one hour is taken', () => {
  expect(parseInterval('15m').value).toBe('M15');
  expect(parseInterval('2h').value).toBe('H1');
  expect(parseInterval(null).value).toBe('H1');
});

it('a price stands between low and high, never beyond', () => {
  expect(placeInRange('15', '10', '20')).toBe(0.5);
  expect(placeInRange('25', '10', '20')).toBe(1);
  expect(placeInRange('10', '10', '10')).toBeNull();
  expect(placeInRange(undefined, '10', '20')).toBeNull();
});
