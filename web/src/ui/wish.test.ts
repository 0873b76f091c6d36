import { expect, it, vi } from 'vitest';
import { createWish } from './wish';

/** Something that fulfils wishes when a test says so. */
function openSender() {
  const sent: { wished: string; done: () => void; fail: (error: Error) => void }[] = [];
  const onFault = vi.fn();
  const wish = createWish<string>(
    (wished) => new Promise((done, fail) => sent.push({ wished, done, fail })),
    onFault,
  );
  return { sent, wish, onFault };
}
const settled = () => new Promise((resolve) => setTimeout(resolve));

it('a wish stands until it is fulfilled', async () => {
  const { sent, wish } = openSender();
  wish.make('a');
  expect(wish.get()).toBe('a');
  sent[0]?.done();
  await settled();
  expect(wish.get()).toBeNull();
});

it('wishes are sent one after the other, and only the newest of those that waited', async () => {
  const { sent, wish } = openSender();
  for (const next of ['a', 'b', 'c']) wish.make(next);
  expect(sent.map(({ wished }) => wished)).toEqual(['a']);
  sent[0]?.done();
  await settled();
  expect(wish.get()).toBe('c');
  sent[1]?.done();
  await settled();
  expect(sent.map(({ wished }) => wished)).toEqual(['a', 'c']);
  expect(wish.get()).toBeNull();
});

it('a wish that cannot be fulfilled is dropped and told, and the next one is sent', async () => {
  const { sent, wish, onFault } = openSender();
  wish.make('a');
  const fault = new Error('away');
  sent[0]?.fail(fault);
  await settled();
  expect(wish.get()).toBeNull();
  expect(onFault).toHaveBeenCalledExactlyOnceWith(fault);
  wish.make('b');
  expect(sent).toHaveLength(2);
});
