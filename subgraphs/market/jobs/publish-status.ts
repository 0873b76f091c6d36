import type { Clock } from '@spyhop/platform/clock';
import type { LiveEvents } from '@spyhop/platform/live-events';
import type { Log } from '@spyhop/platform/log';
import type { Stop } from '@spyhop/platform/shutdown';
import { type FeedStatusEvent, feedStatusChanged } from '@spyhop/platform/topics';
import { type FeedFacts, reportOn } from '../rules/feed-report';
import type { LiveMarket } from '../store/live-market';
import type { LiveMarketWriter } from '../store/live-market-writer';

export interface PublishStatusParts {
  facts: () => FeedFacts;
  writer: Pick<LiveMarketWriter, 'writeStatus'>;
  market: Pick<LiveMarket, 'readFeedStatus'>;
  events: Pick<LiveEvents, 'publish'>;
  clock: Clock;
  log: Log;
  /** Without a tick for so long, in ms, the feed is stale. */
  staleMs: number;
}

export interface StatusPublisher {
  /** Looks at once whether the state has changed. */
  check(): void;
  stop: Stop;
}

const CHECK_MS = 250;
const REPEAT_MS = 2_000;

/** Says how the feed is on every change of source or state, and every 2 seconds in between. */
export function publishStatus(parts: PublishStatusParts): StatusPublisher {
  let told: FeedStatusEvent | null = null;
  let toldAt = -Infinity;
  let telling: Promise<void> | null = null;

  const check = (): void => {
    const now = parts.clock();
    const status = reportOn(parts.facts(), now, parts.staleMs);
    const isNews = told?.state !== status.state || told.source !== status.source;
    if (telling !== null || (!isNews && now - toldAt < REPEAT_MS)) return;
    if (isNews) parts.log.info({ state: status.state, source: status.source }, status.message);
    told = status;
    toldAt = now;
    telling = tell(parts, status)
      .catch((err: unknown) => parts.log.debug({ err }, 'the feed status was not published'))
      .finally(() => (telling = null));
  };

  check();
  const timer = setInterval(check, CHECK_MS);
  return {
    check,
    stop: async () => {
      clearInterval(timer);
      await telling;
    },
  };
}

async function tell(
  { writer, market, events }: PublishStatusParts,
  status: FeedStatusEvent,
): Promise<void> {
  await writer.writeStatus(status);
  // Together with what other shards have said.
  await events.publish(feedStatusChanged, (await market.readFeedStatus()) ?? status);
}
