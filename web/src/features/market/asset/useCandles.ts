import { useApolloClient, useSubscription } from '@apollo/client/react';
import { useCallback, useEffect, useReducer, useRef } from 'react';
import type { ChartCandle } from '../../../charts/candle';
import { graphql } from '../../../generated/gql';
import type { CandleParts_CandleFragment } from '../../../generated/graphql';
import { useReconnected } from '../../../ui/connection';
import {
  leavesGap,
  NO_HISTORY,
  withLive,
  withNewest,
  withOlder,
  type CandleHistory,
  type CandlePage,
} from './candle-history';
import type { Interval } from './intervals';

graphql(`
  fragment CandleParts_candle on Candle {
    openTime
    open
    high
    low
    close
    volume
    closed
  }
`);

const CANDLES = graphql(`
  query Candles($symbol: ID!, $interval: CandleInterval!, $first: Int!, $after: String) {
    candles(symbol: $symbol, interval: $interval, first: $first, after: $after) {
      edges {
        node {
          ...CandleParts_candle @unmask
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

const CANDLE_UPDATED = graphql(`
  subscription CandleUpdated($symbol: ID!, $interval: CandleInterval!) {
    candleUpdated(symbol: $symbol, interval: $interval) {
      ...CandleParts_candle @unmask
    }
  }
`);

const PAGE_SIZE = 400;

function toChartCandle({ openTime, ...figures }: CandleParts_CandleFragment): ChartCandle {
  return { ...figures, openTime: Date.parse(openTime) };
}

interface State {
  history: CandleHistory;
  live: readonly ChartCandle[];
  status: 'loading' | 'ready' | 'failed';
  error: unknown;
}

type Action =
  | { type: 'started' }
  | { type: 'newest' | 'older'; page: CandlePage }
  | { type: 'live'; candle: ChartCandle }
  | { type: 'failed'; error: unknown };

const STARTED: State = { history: NO_HISTORY, live: [], status: 'loading', error: undefined };

function reduce(state: State, action: Action): State {
  switch (action.type) {
    case 'started':
      return STARTED;
    case 'newest': {
      const newest = action.page.newestFirst[0]?.openTime ?? 0;
      return {
        history: withNewest(state.history, action.page),
        live: state.live.filter(({ openTime }) => openTime >= newest),
        status: 'ready',
        error: undefined,
      };
    }
    case 'older':
      return { ...state, history: withOlder(state.history, action.page) };
    case 'live':
      return { ...state, live: withLive(state.live, action.candle) };
    case 'failed':
      return state.status === 'ready' ? state : { ...state, status: 'failed', error: action.error };
  }
}

/** The candles of an asset: loaded ones, and the forming one as it moves. */
export interface Candles {
  /** Loaded candles, oldest first; a new array only when a page arrived. */
  loaded: readonly ChartCandle[];
  /** The forming candle and those closed since the last page, oldest first. */
  live: readonly ChartCandle[];
  /** Any candle, loaded or live, by its start in epoch ms. */
  at: (openTime: number) => ChartCandle | undefined;
  status: State['status'];
  error: unknown;
  loadOlder: () => void;
  reload: () => void;
}

/** Loads and follows candles; keeps them continuous when the connection was lost. */
export function useCandles(symbol: string, interval: Interval): Candles {
  const client = useApolloClient();
  const [state, dispatch] = useReducer(reduce, STARTED);
  const { history, live, status, error } = state;
  const request = useRef<AbortController>(null);
  const loadingOlder = useRef(false);

  const load = useCallback(
    async (type: 'newest' | 'older', after: string | null, signal: AbortSignal) => {
      const variables = { symbol, interval: interval.value, first: PAGE_SIZE, after };
      const result = await client
        .query({ query: CANDLES, variables, fetchPolicy: 'no-cache' })
        .catch((cause: unknown) => ({ data: undefined, error: cause }));
      if (signal.aborted) return;
      if (!result.data) return dispatch({ type: 'failed', error: result.error });
      const { edges, pageInfo } = result.data.candles;
      const page = {
        newestFirst: edges.map(({ node }) => toChartCandle(node)),
        olderCursor: pageInfo.hasNextPage ? pageInfo.endCursor : null,
      };
      dispatch({ type, page });
    },
    [client, symbol, interval],
  );

  const reload = useCallback(() => {
    if (request.current) void load('newest', null, request.current.signal);
  }, [load]);

  useEffect(() => {
    const controller = new AbortController();
    request.current = controller;
    loadingOlder.current = false;
    dispatch({ type: 'started' });
    void load('newest', null, controller.signal);
    return () => controller.abort();
  }, [load]);

  const loadOlder = useCallback(() => {
    if (loadingOlder.current || history.olderCursor === null || !request.current) return;
    loadingOlder.current = true;
    void load('older', history.olderCursor, request.current.signal).finally(() => {
      loadingOlder.current = false;
    });
  }, [load, history.olderCursor]);

  const newestKnown = live.at(-1) ?? history.candles.at(-1);
  useSubscription(CANDLE_UPDATED, {
    variables: { symbol, interval: interval.value },
    fetchPolicy: 'no-cache',
    ignoreResults: true,
    onData: ({ data: { data } }) => {
      if (!data) return;
      const candle = toChartCandle(data.candleUpdated);
      dispatch({ type: 'live', candle });
      if (newestKnown && leavesGap(newestKnown, candle, interval.lengthMs)) reload();
    },
  });
  useReconnected(reload);

  const at = useCallback(
    (openTime: number) =>
      live.find((candle) => candle.openTime === openTime) ??
      history.candles.find((candle) => candle.openTime === openTime),
    [history, live],
  );
  return { loaded: history.candles, live, at, status, error, loadOlder, reload };
}
