import { describe, expect, it } from '@jest/globals';
import { type FeedFacts, reportOn } from './feed-report';

const STALE_MS = 15_000;
const facts = (given: Partial<FeedFacts> = {}): FeedFacts => ({
  source: 'LIVE',
  description: 'Live prices from Binance.',
  newestTickAt: 100_000,
  marketTime: 99_990,
  symbols: 50,
  hasTicked: true,
  lostBecause: null,
  hasEnded: false,
  ...given,
});

describe('what a feed reports of itself', () => {
  it('waits for the first tick', () => {
    const status = reportOn(facts({ newestTickAt: null, marketTime: null }), 100_000, STALE_MS);
    expect(status).toMatchObject({ state: 'STARTING', newestTickAt: null });
  });

  it('does not take what an earlier run has left for prices of its own', () => {
    const left = facts({ hasTicked: false });
    expect(reportOn(left, 101_000, STALE_MS).state).toBe('STARTING');
    expect(reportOn(left, 100_000 + 3_600_000, STALE_MS)).toMatchObject({
      state: 'STALE',
      newestTickAt: 100_000,
      message: expect.stringContaining('60 min'),
    });
    const lost = facts({ hasTicked: false, lostBecause: 'no route' });
    expect(reportOn(lost, 100_000 + 3_600_000, STALE_MS)).toMatchObject({
      state: 'RECONNECTING',
      message: expect.stringContaining('60 min'),
    });
  });

  it('runs until the stale limit is exceeded, then tells the age', () => {
    expect(reportOn(facts(), 115_000, STALE_MS).state).toBe('RUNNING');
    const stale = reportOn(facts(), 142_000, STALE_MS);
    expect(stale.state).toBe('STALE');
    expect(stale.message).toContain('42 s');
  });

  it('says why it reconnects, however fresh the newest tick is', () => {
    const status = reportOn(facts({ lostBecause: 'closed with 1006' }), 101_000, STALE_MS);
    expect(status.state).toBe('RECONNECTING');
    expect(status.message).toContain('closed with 1006');
  });

  it('ends with the replay, whatever happened before', () => {
    const status = reportOn(facts({ hasEnded: true, lostBecause: 'x' }), 900_000, STALE_MS);
    expect(status.state).toBe('ENDED');
  });
});
