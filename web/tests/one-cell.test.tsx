import { waitFor } from '@testing-library/react';
import { expect, it, vi } from 'vitest';
import type { Formats } from '../src/ui/format';
import { openApp, publish, rowOf } from './harness.tsx';

const { calls } = vi.hoisted(() => ({ calls: new Map<string, number>() }));

// Every cell writes its figure through the formats as it renders: their calls count the renders.
vi.mock('../src/ui/useFormats', async () => {
  const { createFormats } = await import('../src/ui/format');
  const counted = new Proxy(createFormats('en-US', 'UTC'), {
    get: (formats, name: keyof Formats) => {
      calls.set(name, (calls.get(name) ?? 0) + 1);
      return formats[name];
    },
  });
  return { useFormats: () => counted };
});

it('a tick renders the one cell whose figure changed, and flashes it', async () => {
  const { backend } = openApp();
  const row = await rowOf('BTC');
  const btc = backend.market.asset('BTC');
  if (!btc) throw new Error('BTC is not listed');
  calls.clear();

  btc.price = '91234.56';
  await publish(backend, 'prices', ['BTC', 'ETH', 'XRP']);
  await waitFor(() => expect(row.textContent).toContain('91,234.56'));
  expect(row.querySelector<HTMLElement>('.price')?.dataset.flash).toMatch(/^up-/);
  expect(Object.fromEntries(calls)).toEqual({ splitPrice: 1 });

  btc.price = '91234.55';
  btc.change1h = -3;
  await publish(backend, 'prices', ['BTC']);
  await waitFor(() => expect(row.textContent).toContain('-3.00%'));
  expect(row.querySelector<HTMLElement>('.price')?.dataset.flash).toMatch(/^down-/);
  expect(Object.fromEntries(calls)).toEqual({ splitPrice: 2, change: 1 });
});
