import { describe, expect, it, vi } from 'vitest';
import { openLocalStore } from './local-store';

const parseNumber = (found: unknown) => (typeof found === 'number' ? found : 0);

describe('a value kept in this browser', () => {
  it('is found again by the next visit', () => {
    openLocalStore('n', parseNumber).set(7);
    expect(openLocalStore('n', parseNumber).get()).toBe(7);
  });

  it.each(['{broken', '"text"', 'null', ''])('takes its default where %j is stored', (stored) => {
    localStorage.setItem('n', stored);
    expect(openLocalStore('n', parseNumber).get()).toBe(0);
  });

  it('follows a change made in another tab', () => {
    const store = openLocalStore('n', parseNumber);
    const listener = vi.fn();
    const stop = store.subscribe(listener);
    localStorage.setItem('n', '5');
    window.dispatchEvent(new StorageEvent('storage', { key: 'n' }));
    expect(store.get()).toBe(5);
    expect(listener).toHaveBeenCalledOnce();
    stop();
  });

  it('works on without storage', () => {
    const refuse = () => {
      throw new DOMException('denied', 'SecurityError');
    };
    vi.spyOn(Storage.prototype, 'getItem').mockImplementation(refuse);
    vi.spyOn(Storage.prototype, 'setItem').mockImplementation(refuse);
    const store = openLocalStore('n', parseNumber);
    store.set(3);
    expect(store.get()).toBe(3);
    vi.restoreAllMocks();
  });
});
