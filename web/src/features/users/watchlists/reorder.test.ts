import { expect, it } from 'vitest';
import { inOrder, moved } from './reorder';

it('an item is moved to a place, and nowhere beyond the ends', () => {
  expect(moved(['a', 'b', 'c'], 2, 0)).toEqual(['c', 'a', 'b']);
  expect(moved(['a', 'b', 'c'], 0, 1)).toEqual(['b', 'a', 'c']);
  const items = ['a', 'b'];
  expect(moved(items, 0, -1)).toBe(items);
  expect(moved(items, 1, 2)).toBe(items);
});

it('items stand as their ids do, new ones last', () => {
  const items = ['a', 'new', 'b'].map((id) => ({ id }));
  expect(inOrder(items, ['b', 'gone', 'a']).map(({ id }) => id)).toEqual(['b', 'a', 'new']);
  expect(inOrder(items, null)).toBe(items);
});
