import type { FeedStatusEvent } from '@spyhop/platform/topics';

/** What is known of a running feed; times epoch ms. */
export interface FeedFacts {
  source: FeedStatusEvent['source'];
  /** A sentence for people: what is shown and why. */
  description: string;
  /** Arrival and market time of the newest tick, also of an earlier run; null before the first. */
  newestTickAt: number | null;
  marketTime: number | null;
  /** Symbols with a price. */
  symbols: number;
  /** A tick has arrived in this run. */
  hasTicked: boolean;
  /** Why the source lost its upstream; null while it is connected. */
  lostBecause: string | null;
  hasEnded: boolean;
}

type State = FeedStatusEvent['state'];

/** What the feed reports of itself at `now` (epoch ms); it is stale after `staleMs` without a tick. */
export function reportOn(facts: FeedFacts, now: number, staleMs: number): FeedStatusEvent {
  const state = stateOf(facts, now, staleMs);
  return {
    source: facts.source,
    state,
    newestTickAt: facts.newestTickAt,
    marketTime: facts.marketTime,
    symbols: facts.symbols,
    message: messageOf(state, facts, now),
  };
}

function stateOf(facts: FeedFacts, now: number, staleMs: number): State {
  if (facts.hasEnded) return 'ENDED';
  if (facts.lostBecause !== null) return 'RECONNECTING';
  if (facts.newestTickAt === null) return 'STARTING';
  if (now - facts.newestTickAt > staleMs) return 'STALE';
  return facts.hasTicked ? 'RUNNING' : 'STARTING';
}

function messageOf(state: State, facts: FeedFacts, now: number): string {
  const age = facts.newestTickAt === null ? null : ageText(now - facts.newestTickAt);
  const about = facts.description.replace(/[^.]$/, '$&.');
  switch (state) {
    case 'STARTING':
      return `Waiting for the first price. ${about}`;
    case 'RUNNING':
      return about;
    case 'STALE':
      return `No new price for ${age ?? 'a while'}: what is shown may be out of date. ${about}`;
    case 'RECONNECTING':
      return `The source is out of reach (${facts.lostBecause ?? 'unknown'}) and is being tried again${
        age === null ? '' : `; the newest price is ${age} old`
      }.`;
    case 'ENDED':
      return `The replay has ended; the last prices stay. ${about}`;
  }
}

/** In the largest unit that still reads exactly enough. */
function ageText(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}
