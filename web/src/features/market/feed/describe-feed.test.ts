import { describe, expect, it } from 'vitest';
import { describeFeed, type FeedFacts } from './describe-feed';

const feed = (facts: Partial<FeedFacts> = {}): FeedFacts => ({
  source: 'LIVE',
  state: 'RUNNING',
  message: 'What is shown and why.',
  ...facts,
});

describe('the state of the feed', () => {
  it('is quiet about a feed that is live and well', () => {
    const health = describeFeed(feed(), 'open');
    expect(health).toMatchObject({ label: 'Live', notice: null, stale: false });
  });

  it.each([
    ['REPLAY', 'Replay'],
    ['SIMULATED', 'Simulated'],
  ] as const)('says plainly that %s is not live', (source, label) => {
    const health = describeFeed(feed({ source }), 'open');
    expect(health).toMatchObject({ label, notice: 'What is shown and why.', stale: false });
  });

  it.each(['STALE', 'RECONNECTING', 'ENDED'] as const)('dims the figures when %s', (state) => {
    const health = describeFeed(feed({ state }), 'open');
    expect(health).toMatchObject({ tone: 'warning', stale: true });
    expect(health.notice).not.toBeNull();
  });

  it('puts the loss of its own connection before what the feed last said', () => {
    const health = describeFeed(feed(), 'reconnecting');
    expect(health).toMatchObject({ label: 'Reconnecting', stale: true });
  });

  it('dims what the last visit saw until this one is connected', () => {
    const health = describeFeed(feed({ source: 'SIMULATED' }), 'connecting');
    expect(health).toMatchObject({ label: 'Connecting', tone: 'quiet', stale: true });
    expect(health.notice).toBe('What is shown and why.');
  });

  it('alarms nobody before the first answer', () => {
    expect(describeFeed(null, 'connecting')).toMatchObject({ notice: null, stale: false });
  });
});
