import { skipToken, useApolloClient, useSubscription } from '@apollo/client/react';
import { useCallback, useMemo } from 'react';
import { graphql } from '../../../generated/gql';
import type { WhaleRow_WhaleTransactionFragment as Whale } from '../../../generated/graphql';
import { useSeesOwn } from '../sees-own';
import { type LiveFeed, useLiveFeed } from './useLiveFeed';
import { type WhalesView, filterOf } from './view';

const WHALES = graphql(`
  query Whales($filter: WhaleTransactionFilter, $after: String, $own: Boolean!) {
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
  subscription WhaleMoved($filter: WhaleTransactionFilter, $own: Boolean! = false) {
    whaleMoved(filter: $filter) {
      ...WhaleRow_whaleTransaction @unmask
    }
  }
`);

/** Loads and follows one view, the same for life; while `held`, new ones wait. */
export function useWhales(view: WhalesView, held: boolean): LiveFeed<Whale> {
  const client = useApolloClient();
  const own = useSeesOwn();
  const filter = useMemo(() => filterOf(view), [view]);
  const load = useCallback(
    async (after: string | null) => {
      const { data, error } = await client.query({
        ...{ query: WHALES, variables: { filter, after, own }, fetchPolicy: 'no-cache' },
      });
      if (!data) throw error;
      const { edges, pageInfo } = data.whaleTransactions;
      return {
        items: edges.map(({ node }) => node),
        cursor: pageInfo.hasNextPage ? pageInfo.endCursor : null,
      };
    },
    [client, filter, own],
  );
  const feed = useLiveFeed(load, held);
  const { take } = feed;
  // Patterns are found after, so that nothing is known of them as it moves. Without own labels one stream serves all.
  useSubscription(
    WHALE_MOVED,
    view.pattern === null
      ? {
          ...{ variables: { filter }, fetchPolicy: 'no-cache', ignoreResults: true },
          onData: ({ data: { data } }) => {
            if (data) take(data.whaleMoved);
          },
        }
      : skipToken,
  );
  return feed;
}
