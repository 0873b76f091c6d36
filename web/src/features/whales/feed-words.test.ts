import { describe, expect, it } from 'vitest';
import type { WhaleSourceState } from '../../generated/graphql';
import { stateOf, warningsOf } from './feed-words';

const source = (name: string, state: WhaleSourceState, message = '') => ({
  ...{ __typename: 'WhaleSource' as const, name, state, message },
  ...{ isConnected: state !== 'UNREACHABLE', newestAt: null },
});
const live = {
  ...{ kind: 'LIVE' as const, state: 'RUNNING' as const, message: 'Real transactions.' },
  sources: [source('mempool-space', 'LIVE'), source('ethereum', 'LIVE')],
};

describe('what is said of the feed', () => {
  it('is nothing to worry about while it is live and every source is in reach', () => {
    expect(warningsOf(live)).toEqual([]);
    expect(stateOf(live)).toEqual({ word: 'Live', isGood: true });
  });

  it.each([
    ['UNREACHABLE', 'out of reach'],
    ['QUOTA_EXHAUSTED', 'quota exhausted'],
    ['STALE', 'stale'],
  ] as const)('names a source that is %s, and why, while the others go on', (state, word) => {
    const sources = [...live.sources, source('whale-alert', state, 'It is so.')];
    expect(warningsOf({ ...live, sources })).toEqual([`whale-alert: ${word}. It is so.`]);
    expect(stateOf({ ...live, sources })).toEqual({ word: 'Live · 1 of 3 lost', isGood: false });
  });

  it('is nothing to worry about where a source stands by for another', () => {
    const sources = [...live.sources, source('blockchain-info', 'STANDBY', 'It stands by.')];
    expect(warningsOf({ ...live, sources })).toEqual([]);
    expect(stateOf({ ...live, sources })).toEqual({ word: 'Live', isGood: true });
  });

  it('is what the feed itself says where it is not live, or not running', () => {
    const simulated = { ...live, kind: 'SIMULATED' as const, message: 'No real wallets.' };
    expect(warningsOf(simulated)).toEqual(['No real wallets.']);
    expect(stateOf(simulated)).toEqual({ word: 'Simulated', isGood: false });
    expect(stateOf({ ...live, state: 'STALE' as const }).word).toBe('Stale');
  });
});
