import { expect, it } from 'vitest';
import { rowAfterKey } from './row-keys';

it.each([
  ['ArrowDown', 3, 4],
  ['ArrowDown', 9, 9],
  ['ArrowUp', 0, 0],
  ['PageDown', 3, 7],
  ['PageUp', 3, 0],
  ['Home', 5, 0],
  ['End', 5, 9],
  ['x', 5, null],
])('%s leads from row %i of 10 to %s', (key, from, to) => {
  expect(rowAfterKey(key, from, 10, 4)).toBe(to);
});
