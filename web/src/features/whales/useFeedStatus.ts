import { useQuery } from '@apollo/client/react';
import { graphql } from '../../generated/gql';

const STATUS = graphql(`
  query WhaleFeedStatus {
    whaleFeedStatus {
      kind
      state
      message
      sources {
        name
        isConnected
        message
        state
        newestAt
      }
    }
  }
`);

const ASK_EVERY_MS = 10_000;

/** What the feed of whales says of itself, asked for now and then; null until it is known. */
export function useFeedStatus() {
  const { data } = useQuery(STATUS, { pollInterval: ASK_EVERY_MS, fetchPolicy: 'network-only' });
  return data?.whaleFeedStatus ?? null;
}

/** The same where something else on the page asks for it. */
export function useKnownFeedStatus() {
  const { data } = useQuery(STATUS, { fetchPolicy: 'cache-only' });
  return data?.whaleFeedStatus ?? null;
}

/** What the feed of whales says of itself. */
export type FeedStatus = NonNullable<ReturnType<typeof useFeedStatus>>;
