import { describe, expect, it } from 'vitest';
import { type Feed, type Moved, NONE_LEAVING, withMoved, withOlder } from './feed';

const at = (minute: number): Moved => ({
  id: `bitcoin:${minute}`,
  time: `2024-08-09T12:${String(minute).padStart(2, '0')}:00.000Z`,
});
const ids = (items: readonly Moved[]) => items.map(({ id }) => id.slice('bitcoin:'.length));
const feed: Feed<Moved> = { shown: [at(5), at(3)], waiting: [], leaving: NONE_LEAVING };
const told = (...items: Moved[]) => items.map((item) => ({ item, standsFor: [] }));

describe('the feed of whales', () => {
  it('puts what has moved on top, each once', () => {
    const next = withMoved(feed, told(at(6), at(5)), false);
    expect(ids(next.shown)).toEqual(['6', '5', '3']);
  });

  it('keeps what is read where it is, while new ones wait', () => {
    const held = withMoved(withMoved(feed, told(at(7)), true), told(at(8), at(5)), true);
    expect(held.shown).toEqual(feed.shown);
    expect(ids(held.waiting)).toEqual(['8', '7']);
    expect(ids(withMoved(held, [], false).shown)).toEqual(['8', '7', '5', '3']);
  });

  it('has a group stand for those that have joined it: at once, or when nobody reads any more', () => {
    const group = { item: at(7), standsFor: [at(5).id, at(6).id] };
    expect(ids(withMoved(feed, [...told(at(6)), group], false).shown)).toEqual(['7', '3']);
    const held = withMoved(withMoved(feed, told(at(6)), true), [group], true);
    expect([ids(held.shown), ids(held.waiting)]).toEqual([['5', '3'], ['7']]);
    expect([...held.leaving]).toEqual([at(5).id]);
    expect(ids(withMoved(held, [], false).shown)).toEqual(['7', '3']);
  });

  it('keeps one that is told by itself again, after its group has come to nothing', () => {
    const group = { item: at(7), standsFor: [at(5).id] };
    expect(ids(withMoved(feed, [group, ...told(at(5))], false).shown)).toEqual(['7', '5', '3']);
    const held = withMoved(withMoved(feed, [group], true), told(at(5)), true);
    expect(ids(withMoved(held, [], false).shown)).toEqual(['7', '5', '3']);
  });

  it('puts older ones at the end', () => {
    expect(ids(withOlder(feed, [at(3), at(1)]).shown)).toEqual(['5', '3', '1']);
  });
});
