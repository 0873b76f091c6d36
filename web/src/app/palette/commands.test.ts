import { expect, it, vi } from 'vitest';
import { allCommands, matchingCommands } from './commands';

const context = () => ({
  viewer: 'nobody' as 'nobody' | 'user' | 'admin',
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

it('finds the pages of whales, and those of accounts for whom they are', () => {
  const found = (viewer: 'nobody' | 'user' | 'admin', text: string) =>
    matchingCommands(allCommands({ ...context(), viewer }), text).map(({ title }) => title);
  expect(found('nobody', 'whales flows')).toEqual(['Whales: Flows']);
  expect(found('nobody', 'account')).toEqual(['Create an account']);
  expect(found('user', 'account keys')).toEqual(['Account: API keys']);
  expect([found('user', 'audit'), found('admin', 'audit')]).toEqual([
    [],
    ['Administration: Audit log'],
  ]);
});

it('a page that is chosen is gone to', () => {
  const given = { ...context(), viewer: 'admin' as const };
  allCommands(given)
    .find(({ title }) => title === 'Administration: Audit log')
    ?.run();
  expect(given.go).toHaveBeenCalledWith('/admin/audit');
});
