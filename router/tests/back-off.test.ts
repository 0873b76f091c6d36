import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createLog } from '@spyhop/platform/log';
import type { Sink } from 'graphql-ws';
import { LossLog } from '../live/lost';
import { Upstream } from '../live/upstream';
import { createRouterMetrics } from '../metrics';
import type { SubscriptionPlan } from '../plan/subscription-plan';

const PLAN = {
  subgraph: 'far',
  upstreamQuery: 'subscription { heard }',
  upstreamOperation: undefined,
  upstreamVariables: [],
  split: null,
  resume: null,
  cursorField: null,
  root: { key: 'heard' },
} as unknown as SubscriptionPlan;

const log = createLog({ name: 'test', level: 'silent' });
let sinks: Sink[];
let upstream: Upstream;

/** Subscribes at a subgraph that is away; `random` spreads the attempts. */
function subscribe(random: number): void {
  upstream = new Upstream(
    {
      plan: PLAN,
      element: { id: '', value: null },
      ...{ variables: {}, identity: null, headers: null, after: null },
    },
    { event: () => undefined, failed: () => undefined, completed: () => undefined },
    {
      subscribeAt: (_subgraph, _payload, _headers, sink) => {
        sinks.push(sink);
        return () => undefined;
      },
      headersFor: () => ({}),
      clock: () => Date.now(),
      random: () => random,
      metrics: createRouterMetrics(),
      losses: new LossLog(log),
      log,
    },
  );
  upstream.start();
  // It has been served before.
  sinks[0]?.next({ data: { heard: 'something' } });
}

/** Loses the connection, and says after how many milliseconds there is another attempt. */
function lost(): number {
  const { length } = sinks;
  sinks.at(-1)?.error(new Error('gone'));
  let waited = 0;
  while (sinks.length === length) {
    jest.advanceTimersByTime(1);
    waited += 1;
  }
  return waited;
}

const times = (count: number): number[] => Array.from({ length: count }, lost);

beforeEach(() => {
  jest.useFakeTimers();
  sinks = [];
});
afterEach(() => {
  upstream.stop();
  jest.useRealTimers();
});

describe('a subscription at a subgraph that is away', () => {
  it('is tried again after twice as long each time, up to five seconds', () => {
    subscribe(1);
    expect(times(7)).toEqual([200, 400, 800, 1_600, 3_200, 5_000, 5_000]);
  });

  it('is tried again up to twice as soon, so that not all come at once', () => {
    subscribe(0);
    expect(times(7)).toEqual([100, 200, 400, 800, 1_600, 2_500, 2_500]);
  });

  it('begins with short waits again once events came', () => {
    subscribe(1);
    times(4);
    sinks.at(-1)?.next({ data: { heard: 'something' } });
    expect(times(2)).toEqual([200, 400]);
  });

  it('begins with short waits again once it has held for a while', () => {
    subscribe(1);
    times(4);
    jest.advanceTimersByTime(20_001);
    expect(times(2)).toEqual([200, 400]);
  });

  it('is not tried again when nobody wants it any more', () => {
    subscribe(1);
    sinks[0]?.error(new Error('gone'));
    upstream.stop();
    jest.advanceTimersByTime(60_000);
    expect(sinks).toHaveLength(1);
  });
});
