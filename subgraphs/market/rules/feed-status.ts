import type { FeedStatusEvent } from '@spyhop/platform/topics';

/** What viewers are told about the feed now. */
export interface FeedStatusView extends FeedStatusEvent {
  /** Milliseconds since the newest tick arrived; null before the first. */
  ageMs: number | null;
}

export interface FeedStatusContext {
  /** Epoch ms. */
  now: number;
  /** A running feed without a tick for longer than this, in ms, counts as stale. */
  staleAfterMs: number;
  /** The source that is configured, shown until a feed has reported. */
  expected: FeedStatusEvent['source'];
}

/** The last report as of now: a feed process that died cannot report its own silence. */
export function presentFeedStatus(
  report: FeedStatusEvent | null,
  { now, staleAfterMs, expected }: FeedStatusContext,
): FeedStatusView {
  if (report === null) return notStarted(expected);
  const ageMs = report.newestTickAt === null ? null : ageBetween(report.newestTickAt, now);
  if (report.state !== 'RUNNING' || ageMs === null || ageMs <= staleAfterMs) {
    return { ...report, ageMs };
  }
  return { ...report, ageMs, state: 'STALE', message: silence(ageMs) };
}

/** GraphQL's Int ends here: an age of more than 24 days is shown as that. */
const LARGEST_INT = 2 ** 31 - 1;

const ageBetween = (then: number, now: number): number =>
  Math.min(Math.max(0, now - then), LARGEST_INT);

const notStarted = (source: FeedStatusEvent['source']): FeedStatusView => ({
  source,
  state: 'STARTING',
  newestTickAt: null,
  marketTime: null,
  ageMs: null,
  symbols: 0,
  message: 'The market feed has not reported yet.',
});

const silence = (ageMs: number): string =>
  `No price has arrived for ${Math.round(ageMs / 1_000)} s; the last known ones are shown.`;
