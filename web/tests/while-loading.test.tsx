import { act, waitFor } from '@testing-library/react';
import axe from 'axe-core';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { createSignedIn, openApp } from './harness.tsx';
import { createMockBackend } from './mock-schema.ts';

const blankChart = () => ({
  setLook: () => undefined,
  setCandles: () => undefined,
  setFlows: () => undefined,
  setOverlay: () => undefined,
  update: () => undefined,
  remove: () => undefined,
});

// There is no canvas here.
vi.mock('../src/charts/candle-chart-handle', () => ({ createCandleChart: blankChart }));
vi.mock('../src/charts/flow-chart-handle', () => ({ createFlowChart: blankChart }));

/** The code of every page, which is else loaded when the page is opened. */
const CODE = import.meta.glob(['../src/app/pages/*.tsx', '../src/features/**/*.tsx']);
const TAGS = ['cat.aria', 'cat.name-role-value', 'cat.structure'];

/** What axe finds on the page as it stands that keeps people out, as rule and element. */
async function barriers(): Promise<string[]> {
  const { violations } = await axe.run(document.body, {
    runOnly: { type: 'tag', values: TAGS },
    resultTypes: ['violations'],
  });
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`));
}

/** Long enough for code that is at hand, and for what an answer brings to the page. */
const shown = () => act(() => new Promise<void>((resolve) => setTimeout(resolve, 20)));

/** Opens a page whose questions are answered one after the other, and looks at it before each answer. */
async function lookWhileLoading(path: string): Promise<string[]> {
  const waiting: (() => void)[] = [];
  const backend = path.startsWith('/admin')
    ? createSignedIn({ roles: ['USER', 'ADMIN'] }).backend
    : path.startsWith('/account')
      ? createSignedIn().backend
      : createMockBackend(() => Date.now(), 12);
  openApp(path, backend, () => new Promise((answer) => waiting.push(answer)));
  const found = new Set<string>();
  await waitFor(() => expect(waiting).not.toEqual([]));
  await shown();
  do {
    for (const barrier of await barriers()) found.add(barrier);
    waiting.shift()?.();
    await shown();
  } while (waiting.length > 0);
  return [...found];
}

beforeAll(async () => {
  await Promise.all(Object.values(CODE).map((load) => load()));
});

describe('a page that still loads', () => {
  it.each([
    '/',
    '/asset/BTC',
    '/asset/BTC?tab=whales',
    '/whales',
    '/whales/flows',
    '/whales/patterns',
    '/whales/trades',
    '/whales/wallets',
    '/account',
    '/account/watchlists',
    '/account/security',
    '/account/sessions',
    '/account/events',
    '/account/keys',
    '/account/data',
    '/admin/accounts',
    '/admin/audit',
    '/admin/events',
  ])('keeps nobody out before any of its answers: %s', async (path) => {
    expect(await lookWhileLoading(path)).toEqual([]);
  });
});
