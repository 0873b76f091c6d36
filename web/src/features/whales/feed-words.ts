import type { WhaleFeedKind, WhaleSourceState } from '../../generated/graphql';
import type { FeedStatus } from './useFeedStatus';

/** What all shown whales are, for people. */
export const FEED_KINDS: Readonly<Record<WhaleFeedKind, string>> = {
  LIVE: 'Live',
  REPLAY: 'Replay',
  SIMULATED: 'Simulated',
};

/** How a source is doing, for people. */
export const SOURCE_STATES: Readonly<Record<WhaleSourceState, string>> = {
  ...FEED_KINDS,
  QUOTA_EXHAUSTED: 'Quota exhausted',
  STALE: 'Stale',
  STANDBY: 'Standing by',
  UNREACHABLE: 'Out of reach',
};

type Source = Pick<FeedStatus['sources'][number], 'state'>;

/** Whether a source does not do what it is there for; one that stands by does. */
export const isLost = ({ state }: Source): boolean =>
  state === 'QUOTA_EXHAUSTED' || state === 'STALE' || state === 'UNREACHABLE';

type Known = Pick<FeedStatus, 'kind' | 'state' | 'message' | 'sources'>;

/** What to know before the shown whales are relied on; nothing where they are live and every source is in reach. */
export function warningsOf({ kind, state, message, sources }: Known): string[] {
  if (kind !== 'LIVE' || state !== 'RUNNING') return [message];
  return sources
    .filter(isLost)
    .map(({ name, state, message: why }) =>
      `${name}: ${SOURCE_STATES[state].toLowerCase()}. ${why}`.trim(),
    );
}

/** Where the feed stands, in a word. */
export function stateOf({ kind, state, sources }: Known): { word: string; isGood: boolean } {
  const lost = sources.filter(isLost).length;
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
