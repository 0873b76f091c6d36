import type { FeedKind } from '@spyhop/platform/topics';

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
