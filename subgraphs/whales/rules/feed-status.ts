import type { FeedKind } from '@spyhop/platform/topics';

/** What keeps a source from telling all there is: its plan, its upstream's age, or that another one goes before it. */
export const HINDRANCES = ['USED_UP', 'STALE', 'STANDING_BY'] as const;
export type Hindrance = (typeof HINDRANCES)[number];

export const SOURCE_STATES = [
  'LIVE',
  'REPLAY',
  'SIMULATED',
  'QUOTA_EXHAUSTED',
  'STALE',
  'STANDBY',
  'UNREACHABLE',
] as const;
export type SourceState = (typeof SOURCE_STATES)[number];

/** What a source last said of itself. */
export interface SourceCondition {
  kind: FeedKind;
  isConnected: boolean;
  /** Null where it has none, or none that is known. */
  hindrance: Hindrance | null;
  /** When it last told of something that was kept, epoch ms; null before the first. */
  newestAt: number | null;
  /** Silence after which it counts as stale, in ms; null where any may be usual. */
  quietAfterMs: number | null;
}

/** How a source is as of `now` (epoch ms), where the feed process has reported or not. */
export function sourceStateAt(
  { kind, isConnected, hindrance, newestAt, quietAfterMs }: SourceCondition,
  now: number,
  isReporting: boolean,
): SourceState {
  if (!isReporting) return 'STALE';
  if (hindrance === 'USED_UP') return 'QUOTA_EXHAUSTED';
  if (hindrance === 'STANDING_BY') return 'STANDBY';
  if (kind !== 'LIVE') return kind;
  if (!isConnected) return 'UNREACHABLE';
  const isQuiet = quietAfterMs !== null && newestAt !== null && now - newestAt > quietAfterMs;
  return hindrance === 'STALE' || isQuiet ? 'STALE' : 'LIVE';
}

/** What the feed process last said of itself. */
export interface Report<State extends string> {
  state: State;
  /** Epoch ms. */
  reportedAt: number;
  message: string;
}

/** A feed process that lives reports every two seconds. */
const SILENT_AFTER_MS = 15_000;

/** The report as of `now` (epoch ms): a feed process that died cannot report its own silence. */
export function statusAt<State extends string, Known extends Report<State>>(
  report: Known,
  now: number,
): Omit<Known, 'state'> & { state: Known['state'] | 'STALE' } {
  const silence = now - report.reportedAt;
  if (silence <= SILENT_AFTER_MS) return report;
  const message = `The feed has not reported for ${Math.round(silence / 1_000)} s; what it saw last is shown.`;
  return { ...report, state: 'STALE', message };
}

interface Dataset {
  kind: FeedKind;
  /** Epoch ms. */
  begun: number;
}

/** The report, where an import has put real transactions in the place of what the feed tells of. */
export function asShown<Known extends Dataset & { message: string }>(
  report: Known,
  shown: Dataset | null,
): Known {
  if (shown?.kind !== 'LIVE' || report.kind === 'LIVE' || shown.begun <= report.begun)
    return report;
  const message = 'Real transactions have taken the place of all others.';
  return { ...report, kind: shown.kind, message };
}
