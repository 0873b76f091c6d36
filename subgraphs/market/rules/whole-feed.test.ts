import { describe, expect, it } from '@jest/globals';
import type { FeedStatusEvent } from '@spyhop/platform/topics';
import { wholeFeed } from './whole-feed';

const report = (given: Partial<FeedStatusEvent> = {}): FeedStatusEvent => ({
  source: 'LIVE',
  state: 'RUNNING',
  newestTickAt: 1_000,
  marketTime: 990,
  symbols: 10,
  message: 'Live prices.',
  ...given,
});

describe('what is said of a feed in shards', () => {
  it('is nothing before one has reported, and what it says where there is one only', () => {
    expect(wholeFeed([])).toBeNull();
    expect(wholeFeed([report()])).toEqual(report());
  });

  it('counts all symbols, and is as old as the shard that has been silent longest', () => {
    expect(wholeFeed([report({ newestTickAt: 3_000 }), report({ symbols: 7 })])).toEqual(
      report({ symbols: 17, message: '2 of 2 parts of the market: Live prices.' }),
    );
  });

  it('is what the worst of them has to say, and of how many that holds', () => {
    const lost = report({ state: 'RECONNECTING', message: 'Out of reach.', newestTickAt: 9_000 });
    const whole = wholeFeed([report(), lost, report({ state: 'STALE' })]);
    expect(whole).toMatchObject({
      state: 'RECONNECTING',
      message: '1 of 3 parts of the market: Out of reach.',
    });
  });

  it('is simulated as soon as a part of it is', () => {
    const simulated = report({ source: 'SIMULATED', message: 'Simulated.' });
    const lost = report({ state: 'RECONNECTING' });
    expect(wholeFeed([lost, simulated])?.source).toBe('SIMULATED');
  });

  it('has ended once all of them have', () => {
    const ended = report({ source: 'REPLAY', state: 'ENDED' });
    const playing = report({ source: 'REPLAY' });
    expect(wholeFeed([ended, playing])?.state).toBe('RUNNING');
    expect(wholeFeed([ended, ended])?.state).toBe('ENDED');
  });
});
