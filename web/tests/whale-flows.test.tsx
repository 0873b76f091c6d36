import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { FlowPoint } from '../src/charts/flow-point.ts';
import { changePreferences } from '../src/ui/preferences';
import { createSignedIn, NOON, openApp } from './harness.tsx';
import { createMockAccount } from './mock-account.ts';
import { createMockBackend, type MockBackend } from './mock-schema.ts';

const { drawn } = vi.hoisted(() => ({ drawn: { flows: [] as readonly FlowPoint[] } }));

// jsdom has no canvas.
vi.mock('../src/charts/flow-chart-handle', () => ({
  createFlowChart: () => ({
    setLook: () => undefined,
    setFlows: (points: readonly FlowPoint[]) => (drawn.flows = points),
    remove: () => undefined,
  }),
}));

// Loaded once: on a busy machine that takes longer than a test waits for what it looks for.
beforeAll(async () => {
  await changePreferences({ numberLocale: 'en-US', timeZone: 'UTC' });
  await Promise.all([
    import('../src/app/pages/WhalesPages.tsx'),
    import('../src/features/whales/flows/FlowsPage.tsx'),
    import('../src/charts/FlowChart.tsx'),
  ]);
}, 60_000);

const SOURCE = 'import:exchange-flows';
const address = () => location.pathname + location.search;

/** Two days in November 2024, which one source has recorded of BTC. */
function withRecord(backend: MockBackend): MockBackend {
  backend.others.asked.whaleFlowMatrix = [];
  backend.others.asked.flowRecordings = ({ symbol }: { symbol: string }) =>
    symbol === 'BTC'
      ? [{ source: SOURCE, from: '2024-11-05T00:00:00.000Z', to: '2024-11-07T00:00:00.000Z' }]
      : [];
  backend.others.asked.exchangeFlows = {
    ...{ buckets: [], exchanges: [], counterparties: [] },
    recorded: ({ source }: { source: string }) =>
      source === SOURCE
        ? [
            {
              ...{ time: '2024-11-05T00:00:00.000Z', inUsd: '1000000' },
              ...{ outUsd: '4000000', netUsd: '-3000000' },
            },
            {
              ...{ time: '2024-11-06T00:00:00.000Z', inUsd: '5000000' },
              ...{ outUsd: '1000000', netUsd: '4000000' },
            },
          ]
        : [],
  };
  return backend;
}

const recorded = () => screen.findByRole('region', { name: 'Recorded flow of exchanges' });

describe('flows that others have recorded', () => {
  it('are offered where there are any, drawn by the day, and say what they are', async () => {
    openApp('/whales/flows?asset=BTC', withRecord(createMockBackend(() => NOON, 12)));
    fireEvent.click(await screen.findByRole('button', { name: 'Recorded' }));
    const region = await recorded();
    expect(region.textContent).toContain('Nov 5, 2024 to Nov 6, 2024');
    expect(region.textContent).toContain('in USD when it moved');
    expect(region.textContent).toContain(`From ${SOURCE}, and no part of what was seen here`);
    expect(region.querySelector('.told')?.textContent).toMatch(
      /in 5\.00\sM · out 1\.00\sM · net 4\.00\sM USD$/,
    );
    await waitFor(() =>
      expect(drawn.flows.map(({ in: into, out, net }) => [into, out, net])).toEqual([
        ['1000000', '4000000', '-3000000'],
        ['5000000', '1000000', '4000000'],
      ]),
    );
    expect(address()).toBe('/whales/flows?asset=BTC&source=import%3Aexchange-flows');
    fireEvent.click(screen.getByRole('button', { name: '7d' }));
    await screen.findByText('No flows of BTC');
    expect(address()).toBe('/whales/flows?asset=BTC&window=7d');
  });

  it('are not offered of an asset that nobody has recorded', async () => {
    openApp('/whales/flows?asset=ETH', withRecord(createMockBackend(() => NOON, 12)));
    await screen.findByText('No flows of ETH');
    expect(screen.queryByRole('button', { name: 'Recorded' })).toBeNull();
  });

  it('are in the currency of a person', async () => {
    const preferences = { ...createMockAccount().preferences, locale: 'en-US', currency: 'EUR' };
    const { backend } = createSignedIn({ preferences });
    openApp(`/whales/flows?asset=BTC&source=${SOURCE}`, withRecord(backend));
    const region = await recorded();
    // 5, 1 and 4 million × 0.869
    await waitFor(() =>
      expect(region.querySelector('.told')?.textContent).toMatch(
        /in €4\.35\sM · out €869\.00\sK · net €3\.48\sM$/,
      ),
    );
    expect(within(region).getByText(/in EUR at today’s rate/)).toBeTruthy();
  });
});
