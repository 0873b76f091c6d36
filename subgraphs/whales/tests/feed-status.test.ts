import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Stop } from '@spyhop/platform/shutdown';
import { Stamps } from '../feeds/stamps';
import type { SourceCondition } from '../rules/feed-status';
import { FeedBoard } from '../store/feed-board';
import { type WhalesRig, startWhales, until } from './rig';
import {
  type WhaleAlertV2Server,
  dollarsToKraken,
  startWhaleAlertV2,
} from './whale-alert-v2-server';

let whales: WhalesRig;
beforeAll(async () => {
  whales = await startWhales();
});
afterAll(() => whales?.stop());

describe('a source of whales', () => {
  let server: WhaleAlertV2Server;
  let stop: Stop | null;
  beforeEach(async () => {
    [server, stop] = [await startWhaleAlertV2(), null];
    server.chains.set('bitcoin', []);
  });
  afterEach(async () => {
    await stop?.();
    await server.close();
  });

  const restart = async (env: Record<string, string> = {}): Promise<void> => {
    await stop?.();
    stop = await whales.feed({
      ...{ MEMPOOL_SPACE: 'off', EXCHANGE_PRINTS: 'off', WHALE_SOURCE: 'live' },
      ...{ WHALE_ALERT_KEY: 'secret', WHALE_ALERT_SOCKET_HOST: server.socketHost },
      ...{ WHALE_ALERT_CATCH_UP: 'off', WHALE_ALERT_REST_HOST: server.host, ...env },
    });
  };
  const untilIt = (what: object): Promise<void> =>
    until(async () => {
      const shown: object = { ...(await whales.sourceOf('whale-alert')) };
      return Object.entries(what).every(([name, value]) => Reflect.get(shown, name) === value);
    });

  it('says when it last told of something, also after the feed was started anew', async () => {
    await restart();
    await untilIt({ state: 'LIVE', newestAt: null });
    const before = Date.now();
    server.happen('bitcoin', dollarsToKraken(101, 0, Math.floor(before / 1_000)));
    await until(async () => (await whales.sourceOf('whale-alert'))?.newestAt !== null);
    const { newestAt } = (await whales.sourceOf('whale-alert')) ?? {};
    expect(Date.parse(newestAt ?? '')).toBeGreaterThanOrEqual(before);
    expect(Date.parse(newestAt ?? '')).toBeLessThanOrEqual(Date.now());
    // Without its upstream it has only what it knew before.
    await server.close();
    await restart();
    await untilIt({ state: 'UNREACHABLE', newestAt });
  });

  it('says that its quota is used up', async () => {
    server.quota = 0;
    await restart({ WHALE_ALERT_API: 'v2', WHALE_ALERT_CHAINS: 'bitcoin' });
    await untilIt({ state: 'QUOTA_EXHAUSTED', isConnected: false });
  });

  it('says that it waits for calls of its plan', async () => {
    const plan = { WHALE_ALERT_CALLS_PER_MINUTE: '1', WHALE_ALERT_CHAINS: 'bitcoin' };
    await restart({ WHALE_ALERT_API: 'v2', ...plan });
    await untilIt({ state: 'QUOTA_EXHAUSTED', isConnected: true });
  });
});

describe('the state of a source', () => {
  const NOW = Date.now();
  const HOUR_MS = 3_600_000;
  const usual: SourceCondition = {
    ...{ kind: 'LIVE', isConnected: true, hindrance: null },
    ...{ newestAt: NOW - 60_000, quietAfterMs: HOUR_MS },
  };
  const stateOf = async (changes: Partial<SourceCondition>, silentMs = 0): Promise<unknown> => {
    const { space } = whales;
    await new FeedBoard(space).write({
      ...{ kind: 'LIVE', state: 'RUNNING', message: '', begun: 1 },
      ...{ newestAt: NOW, newestTime: NOW, reportedAt: Date.now() - silentMs },
      sources: [{ ...{ name: 'some', message: '' }, ...usual, ...changes }],
    });
    return (await whales.sourceOf('some'))?.state;
  };

  it.each([
    ['LIVE', 'in reach', {}],
    ['LIVE', 'in reach and has told of nothing yet', { newestAt: null }],
    ['STALE', 'silent for longer than it should', { newestAt: NOW - 2 * HOUR_MS }],
    ['LIVE', 'silent, which is usual', { newestAt: NOW - 2 * HOUR_MS, quietAfterMs: null }],
    ['STALE', 'in reach, and its upstream is behind', { hindrance: 'STALE' }],
    ['UNREACHABLE', 'out of reach', { isConnected: false }],
    ['STANDBY', 'not needed', { isConnected: false, hindrance: 'STANDING_BY' }],
    ['QUOTA_EXHAUSTED', 'out of calls', { hindrance: 'USED_UP' }],
    ['REPLAY', 'a replay that has ended', { kind: 'REPLAY', isConnected: false }],
    ['SIMULATED', 'a simulation', { kind: 'SIMULATED' }],
  ] as const)('is %s where it is %s', async (state, _, changes) => {
    expect(await stateOf(changes)).toBe(state);
  });

  it('is STALE where the feed process has not reported for a while, whatever it said then', async () => {
    expect(await stateOf({}, 60_000)).toBe('STALE');
    expect(await stateOf({ hindrance: 'USED_UP' }, 60_000)).toBe('STALE');
  });
});

describe('the time at which a status was learned', () => {
  it('is later than all before it, also where the clock is set back between two processes', async () => {
    const kept = new Map<string, number>();
    const memory = {
      all: async () => [...kept.values()],
      keep: async (key: string, value: number) => void kept.set(key, value),
      forget: async () => undefined,
    };
    const first = new Stamps(() => 100_000, memory);
    await first.restore();
    const given = [first.next(), first.next(), first.next()];
    expect(given).toEqual([100_000, 100_001, 100_002]);
    const second = new Stamps(() => 40_000, memory);
    await second.restore();
    expect(second.next()).toBeGreaterThan(100_002);
    expect(kept.size).toBe(1);
  });
});
