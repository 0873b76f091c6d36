import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createLog } from '@spyhop/platform/log';
import type { EventItem } from '../live/event-items';
import { Joiner } from '../live/joiner';
import type { SubscriptionPlan } from '../plan/subscription-plan';

/** Four results a second at most. */
const PLAN = {
  rules: { conflate: { maxHz: 4 } },
  keyFields: ['id'],
  root: { key: 'priced' },
  projection: { writeEvent: () => ({ json: '{}', faults: [] }) },
} as unknown as SubscriptionPlan;

/** When results went out, in milliseconds from the first event. */
let published: number[];
let joiner: Joiner;

beforeEach(() => {
  jest.useFakeTimers({ now: 0 });
  published = [];
  const services = {
    ask: () => Promise.reject(new Error('there is nothing to ask for')),
    clock: () => Date.now(),
    newRequestId: () => 'request',
    count: () => undefined,
    log: createLog({ name: 'test', level: 'silent' }),
    maxKeys: 10,
  };
  joiner = new Joiner(PLAN, {}, services, () => published.push(Date.now()));
});

afterEach(() => {
  joiner.stop();
  jest.useRealTimers();
});

const EVENT: EventItem = {
  ...{ element: 'all', id: 'a', hasKey: true, cursor: null, isItem: false },
  ...{ value: {}, errors: [] },
};

/** An event comes, and then the process is busy with something else beyond when it was to be published. */
function eventWhileBusy(forMs: number): void {
  joiner.add([EVENT]);
  jest.setSystemTime(Date.now() + forMs);
  jest.advanceTimersByTime(250);
}

describe('a stream of which the newest counts', () => {
  it.each([
    ['keeps its pace when a result goes out late', 40, [0, 290], 500],
    ['sends no two results in a row after it could not send in time', 200, [0, 450], 700],
  ])('%s', (_, lateMs, before, next) => {
    joiner.add([EVENT]);
    eventWhileBusy(lateMs);
    joiner.add([EVENT]);
    jest.advanceTimersByTime(next - Date.now() - 1);
    expect(published).toEqual(before);
    jest.advanceTimersByTime(1);
    expect(published).toEqual([...before, next]);
  });

  it('goes on where the clock is set back', () => {
    joiner.add([EVENT]);
    jest.setSystemTime(-3_600_000);
    joiner.add([EVENT]);
    jest.advanceTimersByTime(250);
    joiner.add([EVENT]);
    jest.advanceTimersByTime(250);
    expect(published).toHaveLength(3);
  });
});
