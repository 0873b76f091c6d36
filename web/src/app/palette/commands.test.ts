import { expect, it, vi } from 'vitest';
import { allCommands, matchingCommands } from './commands';

const context = () => ({
  go: vi.fn(),
  openApi: vi.fn(),
  showKeys: vi.fn(),
  scheme: 'dark' as const,
  setScheme: vi.fn(),
  density: 'comfortable' as const,
  setDensity: vi.fn(),
  swapColours: false,
  setSwapColours: vi.fn(),
});

it('a command is found by any of its words, in any order and case', () => {
  const titles = (text: string) =>
    matchingCommands(allCommands(context()), text).map(({ title }) => title);
  expect(titles('THEME light')).toEqual(['Use the light theme']);
  expect(titles('xyz')).toEqual([]);
  expect(titles('')).toHaveLength(allCommands(context()).length);
});

it('a command leads to the other choice, not to the present one', () => {
  const given = context();
  allCommands(given)
    .find(({ id }) => id === 'scheme')
    ?.run();
  expect(given.setScheme).toHaveBeenCalledWith('light');
});
