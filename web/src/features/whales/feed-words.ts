import type { WhaleFeedKind } from '../../generated/graphql';
import type { FeedStatus } from './useFeedStatus';

/** What all shown whales are, for people. */
export const FEED_KINDS: Readonly<Record<WhaleFeedKind, string>> = {
  LIVE: 'Live',
  REPLAY: 'Replay',
  SIMULATED: 'Simulated',
};

type Known = Pick<FeedStatus, 'kind' | 'state' | 'message' | 'sources'>;

/** What to know before the shown whales are relied on; nothing where they are live and every source is in reach. */
export function warningsOf({ kind, state, message, sources }: Known): string[] {
  if (kind !== 'LIVE' || state !== 'RUNNING') return [message];
  return sources
    .filter(({ isConnected }) => !isConnected)
    .map(({ name, message: why }) => `${name} is out of reach. ${why}`.trim());
}

/** Where the feed stands, in a word. */
export function stateOf({ kind, state, sources }: Known): { word: string; isGood: boolean } {
  const lost = sources.filter(({ isConnected }) => !isConnected).length;
  const word = state === 'RUNNING' ? FEED_KINDS[kind] : STATES[state];
  const isGood = kind === 'LIVE' && state === 'RUNNING' && lost === 0;
  return { word: lost === 0 ? word : `${word} · ${lost} of ${sources.length} lost`, isGood };
}

const STATES: Readonly<Record<Exclude<FeedStatus['state'], 'RUNNING'>, string>> = {
  STARTING: 'Starting',
  RECONNECTING: 'Reconnecting',
  ENDED: 'Ended',
  STALE: 'Stale',
};
