import { skipToken, useApolloClient, useSubscription } from '@apollo/client/react';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { graphql } from '../../../generated/gql';
import type { WhaleRow_WhaleTransactionFragment as Whale } from '../../../generated/graphql';
import { useConnection, useReconnected } from '../../../ui/connection';
import { errorCode } from '../../../ui/error-code';
import { renewing } from '../../../ui/renewed-stream';
import { standsFor } from '../folds';
import { type FeedPage, type LiveFeed, useLiveFeed } from './useLiveFeed';
import { type WhalesView, filterOf, isLive } from './view';

const WHALES = graphql(`
  query Whales($filter: WhaleTransactionFilter, $after: String) {
    whaleTransactions(filter: $filter, first: 100, after: $after) {
      edges {
        node {
          cursor
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
  subscription WhaleMoved($filter: WhaleTransactionFilter, $after: ID, $isFolded: Boolean!) {
    whaleMoved(filter: $filter, after: $after) {
      cursor
      ...WhaleRow_whaleTransaction @unmask
      ...StandsFor @unmask @include(if: $isFolded)
    }
  }
`);

/** A view that cannot be live is loaded anew this often, in ms, while nobody reads. */
const REFRESH_EVERY_MS = 30_000;

type Filter = ReturnType<typeof filterOf>;

/** Whether a cursor is further than another; they count up, and are too long for numbers. */
const isFurther = (cursor: string, than: string | null): boolean =>
  than === null || BigInt(cursor) > BigInt(than);

/**
 * Where the reader of a stream is, behind all that was listed or told, and from where it is asked for: nowhere until the
 * list is there. Where it goes on once its socket is back is decided when that is lost, before anything newer can come.
 */
function useProgress() {
  const { state } = useConnection();
  const last = useRef<string | null>(null);
  const [start, setStart] = useState<{ after: string | null } | null>(null);
  const steps = useMemo(
    () => ({
      last: () => last.current,
      see: (cursor: string) => {
        if (isFurther(cursor, last.current)) last.current = cursor;
      },
      begin: () => setStart((begun) => begun ?? { after: last.current }),
      forget: () => {
        last.current = null;
        setStart(null);
      },
    }),
    [],
  );
  useEffect(() => {
    if (state === 'reconnecting') setStart((begun) => begun && { after: last.current });
  }, [state]);
  return { start, steps };
}

type Progress = ReturnType<typeof useProgress>;

function usePage(filter: Filter, { see, begin }: Progress['steps']) {
  const client = useApolloClient();
  return useCallback(
    async (after: string | null): Promise<FeedPage<Whale>> => {
      const { data, error } = await client.query({
        ...{ query: WHALES, variables: { filter, after }, fetchPolicy: 'no-cache' },
      });
      if (!data) throw error;
      const { edges, pageInfo } = data.whaleTransactions;
      edges.forEach(({ node }) => see(node.cursor));
      if (after === null) begin();
      return {
        items: edges.map(({ node }) => node),
        cursor: pageInfo.hasNextPage ? pageInfo.endCursor : null,
      };
    },
    [client, filter, see, begin],
  );
}

/** Takes what moves of a filter, from the list on; null for one that cannot be live. */
function useMoved(
  filter: Filter | null,
  { start, steps }: Progress,
  { take, reload }: LiveFeed<Whale>,
): void {
  const { last, see, forget } = steps;
  useReconnected(() => {
    if (last() === null) reload();
  });
  const context = useMemo(() => renewing(() => ({ after: last() })), [last]);
  // It has nothing of the viewer's own, so that one stream serves all.
  useSubscription(
    WHALE_MOVED,
    filter && start
      ? {
          ...{ fetchPolicy: 'no-cache', ignoreResults: true },
          variables: { filter, ...start, isFolded: !filter.raw },
          context,
          onData: ({ data: { data } }) => {
            if (!data) return;
            see(data.whaleMoved.cursor);
            take(data.whaleMoved, filter.raw ? [] : standsFor(data.whaleMoved));
          },
          onError: (error) => {
            if (errorCode(error) !== 'NOT_FOUND') return;
            // The server has forgotten what it told of: the list says what there is instead.
            forget();
            reload();
          },
        }
      : skipToken,
  );
}

/** Loads and follows one view, the same for life; while `held`, new ones wait. */
export function useWhales(view: WhalesView, held: boolean): LiveFeed<Whale> {
  const filter = useMemo(() => filterOf(view), [view]);
  const progress = useProgress();
  const feed = useLiveFeed(usePage(filter, progress.steps), held);
  useMoved(isLive(view) ? filter : null, progress, feed);
  const { reload } = feed;
  const isRefreshed = !isLive(view) && !held;
  useEffect(() => {
    if (!isRefreshed) return;
    const timer = setInterval(reload, REFRESH_EVERY_MS);
    return () => clearInterval(timer);
  }, [isRefreshed, reload]);
  return feed;
}
