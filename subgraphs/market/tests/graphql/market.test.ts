import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { FeedStatusEvent } from '@spyhop/platform/topics';
import { presentFeedStatus } from '../../rules/feed-status';
import { type MarketRig, NOON, NOTHING, asset, dayStats, price, startMarket } from './rig';

let rig: MarketRig;

beforeAll(async () => {
  rig = await startMarket(
    [
      asset('BTC', { circulatingSupply: '20' }),
      asset('ETH', { circulatingSupply: '100' }),
      asset('NEW'),
    ],
    { MARKET_SOURCE: 'simulated' },
  );
});
afterAll(() => rig.stop());

const GLOBAL = `{ globalMarket {
  marketCap volume24h marketCapChange24h btcDominance ethDominance assets updatedAt } }`;
const STATUS = '{ feedStatus { source state newestTickAt marketTime ageMs symbols message } }';

const report: FeedStatusEvent = {
  source: 'REPLAY',
  state: 'RUNNING',
  newestTickAt: NOON,
  marketTime: NOON - 1_000,
  symbols: 2,
  message: 'A recording of 9 August 2024.',
};

describe('feedStatus', () => {
  it('before any feed has run says so, with the source that is configured', async () => {
    expect(await rig.graph.data(STATUS)).toEqual({
      feedStatus: {
        source: 'SIMULATED',
        state: 'STARTING',
        newestTickAt: null,
        marketTime: null,
        ageMs: null,
        symbols: 0,
        message: 'The market feed has not reported yet.',
      },
    });
  });

  it('of a feed that reported long ago and no more is stale, whatever it said last', async () => {
    await rig.writer.writeStatus(report);
    const { feedStatus } = await rig.graph.data<{ feedStatus: Record<string, unknown> }>(STATUS);
    expect(feedStatus).toMatchObject({
      source: 'REPLAY',
      state: 'STALE',
      newestTickAt: '2024-08-09T12:00:00.000Z',
      marketTime: '2024-08-09T11:59:59.000Z',
      symbols: 2,
    });
    expect(feedStatus['message']).toContain('the last known ones are shown');
  });

  it('is running up to the stale limit and stale after it', () => {
    const at = (now: number) =>
      presentFeedStatus(report, { now, staleAfterMs: 10_000, expected: 'LIVE' });
    expect(at(NOON + 10_000)).toEqual({ ...report, ageMs: 10_000 });
    expect(at(NOON + 10_001)).toMatchObject({ state: 'STALE', ageMs: 10_001 });
    expect(at(NOON - 5)).toMatchObject({ state: 'RUNNING', ageMs: 0 });
    expect(at(NOON + 2 ** 40).ageMs).toBe(2 ** 31 - 1);
  });

  it('of a feed that lost its source or ended says that instead', () => {
    for (const state of ['RECONNECTING', 'ENDED'] as const) {
      const view = presentFeedStatus(
        { ...report, state },
        { now: NOON + 60_000, staleAfterMs: 10_000, expected: 'LIVE' },
      );
      expect(view).toMatchObject({ state, ageMs: 60_000, message: report.message });
    }
  });
});

describe('globalMarket', () => {
  it('is summed over the tracked assets while no source reports it', async () => {
    await rig.writer.writeChanges({
      ...NOTHING,
      prices: [
        price('BTC', '60000', { dayStats: dayStats('50000', '1000.5') }),
        price('ETH', '3000', { dayStats: dayStats('2500', '500') }),
      ],
    });
    const { globalMarket } = await rig.graph.data(GLOBAL);
    expect(globalMarket).toMatchObject({
      marketCap: '1500000',
      volume24h: '1500.5',
      marketCapChange24h: 20,
      btcDominance: 80,
      ethDominance: 20,
      assets: 2,
    });
  });

  it('is what the source reports once it does', async () => {
    await rig.writer.writeGlobal({
      marketCap: '2240000000000.55',
      volume24h: '90000000000',
      marketCapChange24h: -1.5,
      btcDominance: 54.2,
      ethDominance: null,
      assets: 14_000,
      updatedAt: NOON,
    });
    expect(await rig.graph.data(GLOBAL)).toEqual({
      globalMarket: {
        marketCap: '2240000000000.55',
        volume24h: '90000000000',
        marketCapChange24h: -1.5,
        btcDominance: 54.2,
        ethDominance: null,
        assets: 14_000,
        updatedAt: '2024-08-09T12:00:00.000Z',
      },
    });
  });
});
