import { describe, expect, it } from 'vitest';
import { stateOf, warningsOf } from './feed-words';

const source = (name: string, isConnected: boolean, message = '') => ({
  ...{ __typename: 'WhaleSource' as const, name, isConnected, message },
});
const live = {
  ...{ kind: 'LIVE' as const, state: 'RUNNING' as const, message: 'Real transactions.' },
  sources: [source('mempool-space', true), source('ethereum', true)],
};

describe('what is said of the feed', () => {
  it('is nothing to worry about while it is live and every source is in reach', () => {
    expect(warningsOf(live)).toEqual([]);
    expect(stateOf(live)).toEqual({ word: 'Live', isGood: true });
  });

  it('names a source that is out of reach, and why, while the others go on', () => {
    const used = 'The quota of the key is used up; other sources go on.';
    const status = { ...live, sources: [...live.sources, source('whale-alert', false, used)] };
    expect(warningsOf(status)).toEqual([`whale-alert is out of reach. ${used}`]);
    expect(stateOf(status)).toEqual({ word: 'Live · 1 of 3 lost', isGood: false });
  });

  it('is what the feed itself says where it is not live, or not running', () => {
    const simulated = { ...live, kind: 'SIMULATED' as const, message: 'No real wallets.' };
    expect(warningsOf(simulated)).toEqual(['No real wallets.']);
    expect(stateOf(simulated)).toEqual({ word: 'Simulated', isGood: false });
    expect(stateOf({ ...live, state: 'STALE' as const }).word).toBe('Stale');
  });
});
