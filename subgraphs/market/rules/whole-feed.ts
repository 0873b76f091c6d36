import type { FeedStatusEvent } from '@spyhop/platform/topics';

/** From the best to the worst: what a viewer has to know first of all wins. */
const SOURCES = ['LIVE', 'REPLAY', 'SIMULATED'] as const satisfies FeedStatusEvent['source'][];
const STATES = [
  'ENDED',
  'RUNNING',
  'STARTING',
  'STALE',
  'RECONNECTING',
] as const satisfies FeedStatusEvent['state'][];

/**
 * What is said of the whole feed where its shards report each for itself: all their symbols, and
 * everything else of the shard that is worst off. Null where none has reported.
 */
export function wholeFeed(reports: readonly FeedStatusEvent[]): FeedStatusEvent | null {
  const [worst] = [...reports].sort(worstFirst);
  if (worst === undefined || reports.length === 1) return worst ?? null;
  const alike = reports.filter(
    ({ source, state }) => source === worst.source && state === worst.state,
  );
  return {
    ...worst,
    symbols: reports.reduce((sum, { symbols }) => sum + symbols, 0),
    message: `${alike.length} of ${reports.length} parts of the market: ${worst.message}`,
  };
}

const worstFirst = (a: FeedStatusEvent, b: FeedStatusEvent): number =>
  SOURCES.indexOf(b.source) - SOURCES.indexOf(a.source) ||
  STATES.indexOf(b.state) - STATES.indexOf(a.state) ||
  (a.newestTickAt ?? 0) - (b.newestTickAt ?? 0);
