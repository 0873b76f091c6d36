import { useFragment, useQuery, useSubscription } from '@apollo/client/react';
import { graphql } from '../../../generated/gql';
import { useConnection } from '../../../ui/connection';
import type { FeedHealth_StatusFragment } from '../../../generated/graphql';
import { describeFeed, type FeedHealth } from './describe-feed';

const STATUS = graphql(`
  fragment FeedHealth_status on FeedStatus {
    source
    state
    newestTickAt
    marketTime
    ageMs
    symbols
    message
  }
`);

const FEED_STATUS = graphql(`
  query FeedStatus {
    feedStatus {
      ...FeedHealth_status
    }
  }
`);

const FEED_STATUS_CHANGED = graphql(`
  subscription FeedStatusChanged {
    feedStatusChanged {
      ...FeedHealth_status
    }
  }
`);

/** What the API says about the feed. */
export type FeedReport = FeedHealth_StatusFragment;

/** Asks for the feed's status and follows it; used once, in the shell. */
export function useFollowFeed(): void {
  useQuery(FEED_STATUS, { fetchPolicy: 'network-only' });
  useSubscription(FEED_STATUS_CHANGED, { ignoreResults: true });
}

/** The feed's last report; null before the first. */
export function useFeedReport(): FeedReport | null {
  const { data, complete } = useFragment({ fragment: STATUS, from: { __typename: 'FeedStatus' } });
  return complete ? data : null;
}

/** How far the shown figures can be trusted right now. */
export function useFeedHealth(): FeedHealth {
  const report = useFeedReport();
  const { state } = useConnection();
  return describeFeed(report, state);
}
