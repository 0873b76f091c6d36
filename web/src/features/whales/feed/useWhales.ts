import { useApolloClient, useSubscription } from '@apollo/client/react';
import { useCallback, useEffect, useMemo, useReducer, useRef } from 'react';
import { graphql } from '../../../generated/gql';
import type { WhaleRow_WhaleTransactionFragment as Whale } from '../../../generated/graphql';
import { useReconnected } from '../../../ui/connection';
import { type Feed, MOST_SHOWN, withMoved, withOlder } from './feed';
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

/** New ones are shown together this often, in ms. */
const SHOW_EVERY_MS = 500;

interface State extends Feed<Whale> {
  status: 'loading' | 'ready' | 'failed';
  error: unknown;
  /** Where older ones go on; null at the end. */
  cursor: string | null;
}

type Action =
  | { type: 'loaded' | 'older'; whales: readonly Whale[]; cursor: string | null }
  | { type: 'moved'; whales: readonly Whale[]; held: boolean }
  | { type: 'failed'; error: unknown };

const STARTED: State = {
  shown: [],
  waiting: [],
  status: 'loading',
  error: undefined,
  cursor: null,
};

function reduce(state: State, action: Action): State {
  switch (action.type) {
    case 'loaded':
      return {
        ...withMoved({ shown: action.whales, waiting: [] }, state.waiting, false),
        ...{ status: 'ready', error: undefined, cursor: action.cursor },
      };
    case 'older': {
      const feed = withOlder(state, action.whales);
      return { ...state, ...feed, cursor: feed.shown.length < MOST_SHOWN ? action.cursor : null };
    }
    case 'moved':
      return { ...state, ...withMoved(state, action.whales, action.held) };
    case 'failed':
      return { ...state, status: 'failed', error: action.error };
  }
}

/** The newest large transactions of a view, and how their loading stands. */
export interface Whales extends State {
  reload: () => void;
  /** Loads what is older than the last one shown; nothing while it does so already. */
  loadOlder: () => void;
}

/** Loads and follows one view, the same for life; while `held`, new ones wait. */
export function useWhales(view: WhalesView, held: boolean): Whales {
  const client = useApolloClient();
  const [state, dispatch] = useReducer(reduce, STARTED);
  const filter = useMemo(() => filterOf(view), [view]);
  const pending = useRef<Whale[]>([]);
  const alive = useRef<AbortController>(null);
  const isLoading = useRef(false);

  const load = useCallback(
    async (after: string | null, signal: AbortSignal) => {
      isLoading.current = true;
      const result = await client
        .query({ query: WHALES, variables: { filter, after }, fetchPolicy: 'no-cache' })
        .catch((cause: unknown) => ({ data: undefined, error: cause }));
      if (signal.aborted) return;
      isLoading.current = false;
      const page = result.data?.whaleTransactions;
      if (!page) {
        // What is older can be asked for again by scrolling.
        if (after === null) dispatch({ type: 'failed', error: result.error });
        return;
      }
      const whales = page.edges.map(({ node }) => node);
      const { hasNextPage, endCursor } = page.pageInfo;
      const cursor = hasNextPage ? endCursor : null;
      dispatch({ type: after === null ? 'loaded' : 'older', whales, cursor });
    },
    [client, filter],
  );
  useEffect(() => {
    const controller = new AbortController();
    alive.current = controller;
    void load(null, controller.signal);
    return () => controller.abort();
  }, [load]);
  const reload = useCallback(() => {
    if (alive.current) void load(null, alive.current.signal);
  }, [load]);
  useReconnected(reload);
  const { cursor } = state;
  const loadOlder = useCallback(() => {
    if (cursor !== null && alive.current && !isLoading.current) {
      void load(cursor, alive.current.signal);
    }
  }, [load, cursor]);

  useSubscription(WHALE_MOVED, {
    variables: { filter },
    fetchPolicy: 'no-cache',
    ignoreResults: true,
    onData: ({ data: { data } }) => {
      if (data) pending.current.push(data.whaleMoved);
    },
  });
  useEffect(() => {
    const show = () => {
      const whales = pending.current;
      if (whales.length === 0) return;
      pending.current = [];
      dispatch({ type: 'moved', whales, held });
    };
    if (!held) dispatch({ type: 'moved', whales: [], held });
    const timer = setInterval(show, SHOW_EVERY_MS);
    return () => clearInterval(timer);
  }, [held]);

  return { ...state, reload, loadOlder };
}
