import type { FeedSource, FeedState } from '../../../generated/graphql';
import type { ConnectionState } from '../../../ui/connection';

/** The parts of the feed's report that decide what people are told. */
export interface FeedFacts {
  source: FeedSource;
  state: FeedState;
  message: string;
}

/** What the status chip and the banner say, and whether figures are dimmed. */
export interface FeedHealth {
  /** One or two words. */
  label: string;
  tone: 'good' | 'quiet' | 'warning';
  /** A sentence for the banner; null when the feed is live and well. */
  notice: string | null;
  /** The figures have stopped following the market. */
  stale: boolean;
}

const SOURCE_LABELS: Readonly<Record<FeedSource, string>> = {
  LIVE: 'Live',
  REPLAY: 'Replay',
  SIMULATED: 'Simulated',
};

function running(facts: FeedFacts): FeedHealth {
  const live = facts.source === 'LIVE';
  return {
    label: SOURCE_LABELS[facts.source],
    tone: live ? 'good' : 'warning',
    notice: live ? null : facts.message,
    stale: false,
  };
}

/** Puts the feed's report and the state of this browser's own connection into words. */
export function describeFeed(facts: FeedFacts | null, connection: ConnectionState): FeedHealth {
  if (connection === 'reconnecting') {
    return {
      label: 'Reconnecting',
      tone: 'warning',
      notice: 'The connection to the server is lost. It is being restored; figures stand still.',
      stale: true,
    };
  }
  if (facts === null || connection === 'connecting') {
    const notice = facts === null ? null : describeReport(facts).notice;
    return { label: 'Connecting', tone: 'quiet', notice, stale: facts !== null };
  }
  return describeReport(facts);
}

function describeReport(facts: FeedFacts): FeedHealth {
  switch (facts.state) {
    case 'RUNNING':
      return running(facts);
    case 'STARTING':
      return { label: 'Starting', tone: 'quiet', notice: facts.message, stale: false };
    case 'STALE':
      return { label: 'Stale', tone: 'warning', notice: facts.message, stale: true };
    case 'RECONNECTING':
      return { label: 'Reconnecting', tone: 'warning', notice: facts.message, stale: true };
    case 'ENDED':
      return { label: 'Ended', tone: 'warning', notice: facts.message, stale: true };
  }
}
