import { describe, expect, it } from 'vitest';
import { type Feed, type Moved, withMoved, withOlder } from './feed';

const at = (minute: number): Moved => ({
  id: `bitcoin:${minute}`,
  time: `2024-08-09T12:${String(minute).padStart(2, '0')}:00.000Z`,
});
const ids = (items: readonly Moved[]) => items.map(({ id }) => id.slice('bitcoin:'.length));
const feed: Feed<Moved> = { shown: [at(5), at(3)], waiting: [] };

describe('the feed of whales', () => {
  it('puts what has moved on top, each once', () => {
    const next = withMoved(feed, [at(6), at(5)], false);
    expect(ids(next.shown)).toEqual(['6', '5', '3']);
  });

  it('keeps what is read where it is, while new ones wait', () => {
    const held = withMoved(withMoved(feed, [at(7)], true), [at(8), at(5)], true);
    expect(held.shown).toEqual(feed.shown);
    expect(ids(held.waiting)).toEqual(['8', '7']);
    expect(ids(withMoved(held, [], false).shown)).toEqual(['8', '7', '5', '3']);
  });

  it('puts older ones at the end', () => {
    expect(ids(withOlder(feed, [at(3), at(1)]).shown)).toEqual(['5', '3', '1']);
  });
});
