import { cleanup, configure } from '@testing-library/react';
import { afterEach, vi } from 'vitest';

/** What jsdom has no layout for: a window of 1280 by 700 pixels in which everything is visible. */
const WIDTH = 1280;
const HEIGHT = 700;

Object.defineProperties(HTMLElement.prototype, {
  offsetHeight: { configurable: true, get: () => HEIGHT },
  offsetWidth: { configurable: true, get: () => WIDTH },
  clientHeight: { configurable: true, get: () => HEIGHT },
  scrollTo: { configurable: true, value: () => undefined },
  scrollIntoView: { configurable: true, value: () => undefined },
});

configure({
  // It matters only where what is waited for never comes: a busy machine takes its time.
  asyncUtilTimeout: 60_000,
  getElementError: (message) => new Error(message?.split('\n')[0]),
});

vi.stubGlobal('matchMedia', (query: string) => {
  const minWidth = /min-width:\s*(\d+)/.exec(query);
  const maxWidth = /max-width:\s*([\d.]+)/.exec(query);
  return {
    matches: minWidth
      ? WIDTH >= Number(minWidth[1])
      : maxWidth
        ? WIDTH <= Number(maxWidth[1])
        : false,
    media: query,
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
    addListener: () => undefined,
    removeListener: () => undefined,
  };
});

vi.stubGlobal(
  'ResizeObserver',
  class {
    observe() {}
    unobserve() {}
    disconnect() {}
  },
);

afterEach(() => {
  localStorage.clear();
  window.dispatchEvent(new StorageEvent('storage', { key: null }));
  cleanup();
  window.history.replaceState(null, '', '/');
});
