import { skipToken, useApolloClient, useSubscription } from '@apollo/client/react';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { graphql } from '../../../generated/gql';
import type { WhaleRow_WhaleTransactionFragment as Whale } from '../../../generated/graphql';
import { useConnection, useReconnected } from '../../../ui/connection';
import { type LiveFeed, useLiveFeed } from './useLiveFeed';
import { type WhalesView, filterOf, isLive } from './view';

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
  subscription WhaleMoved($filter: WhaleTransactionFilter, $after: ID) {
    whaleMoved(filter: $filter, after: $after) {
      cursor
      ...WhaleRow_whaleTransaction @unmask
    }
  }
`);

/** A view that cannot be live is loaded anew this often, in ms, while nobody reads. */
const REFRESH_EVERY_MS = 30_000;

type Filter = ReturnType<typeof filterOf>;

function usePage(filter: Filter) {
  const client = useApolloClient();
  return useCallback(
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
}

/**
 * Where the stream goes on once its socket is back: behind the last one that it told of. It is decided when the socket
 * is lost, before anything newer can come.
 */
function useResumption() {
  const { state } = useConnection();
  const last = useRef<string | null>(null);
  const [after, setAfter] = useState<string | null>(null);
  useEffect(() => {
    if (state === 'reconnecting') setAfter(last.current);
  }, [state]);
  return {
    after,
    hasSeen: useCallback(() => last.current !== null, []),
    see: useCallback((cursor: string) => void (last.current = cursor), []),
  };
}

/** Takes what moves of a filter; null for one that cannot be live. */
function useMoved(filter: Filter | null, { take, reload }: LiveFeed<Whale>): void {
  const { after, hasSeen, see } = useResumption();
  useReconnected(() => {
    if (!hasSeen()) reload();
  });
  // It has nothing of the viewer's own, so that one stream serves all.
  useSubscription(
    WHALE_MOVED,
    filter
      ? {
          ...{ variables: { filter, after }, fetchPolicy: 'no-cache', ignoreResults: true },
          onData: ({ data: { data } }) => {
            if (!data) return;
            see(data.whaleMoved.cursor);
            take(data.whaleMoved);
          },
        }
      : skipToken,
  );
}

/** Loads and follows one view, the same for life; while `held`, new ones wait. */
export function useWhales(view: WhalesView, held: boolean): LiveFeed<Whale> {
  const filter = useMemo(() => filterOf(view), [view]);
  const feed = useLiveFeed(usePage(filter), held);
  useMoved(isLive(view) ? filter : null, feed);
  const { reload } = feed;
  const isRefreshed = !isLive(view) && !held;
  useEffect(() => {
    if (!isRefreshed) return;
    const timer = setInterval(reload, REFRESH_EVERY_MS);
    return () => clearInterval(timer);
  }, [isRefreshed, reload]);
  return feed;
}
