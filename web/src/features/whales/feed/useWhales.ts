import { useApolloClient, useSubscription } from '@apollo/client/react';
import { useCallback, useMemo } from 'react';
import { graphql } from '../../../generated/gql';
import type { WhaleRow_WhaleTransactionFragment as Whale } from '../../../generated/graphql';
import { type LiveFeed, useLiveFeed } from './useLiveFeed';
import { type WhalesView, filterOf } from './view';

const WHALES = graphql(`
  query Whales($filter: WhaleTransactionFilter, $after: String) {
    whaleTransactions(filter: $filter, first: 100, after: $after) {
      edges {
        node {
          ...WhaleRow_whaleTransaction @unmask
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

const WHALE_MOVED = graphql(`
  subscription WhaleMoved($filter: WhaleTransactionFilter) {
    whaleMoved(filter: $filter) {
      ...WhaleRow_whaleTransaction @unmask
    }
  }
`);

/** Loads and follows one view, the same for life; while `held`, new ones wait. */
export function useWhales(view: WhalesView, held: boolean): LiveFeed<Whale> {
  const client = useApolloClient();
  const filter = useMemo(() => filterOf(view), [view]);
  const load = useCallback(
    async (after: string | null) => {
      const { data, error } = await client.query({
        ...{ query: WHALES, variables: { filter, after }, fetchPolicy: 'no-cache' },
      });
      if (!data) throw error;
      const { edges, pageInfo } = data.whaleTransactions;
      return {
        items: edges.map(({ node }) => node),
        cursor: pageInfo.hasNextPage ? pageInfo.endCursor : null,
      };
    },
    [client, filter],
  );
  const feed = useLiveFeed(load, held);
  const { take } = feed;
  useSubscription(WHALE_MOVED, {
    variables: { filter },
    fetchPolicy: 'no-cache',
    ignoreResults: true,
    onData: ({ data: { data } }) => {
      if (data) take(data.whaleMoved);
    },
  });
  return feed;
}
