import { useApolloClient, useSubscription } from '@apollo/client/react';
import { useCallback, useEffect, useReducer, useRef } from 'react';
import { graphql } from '../../../generated/gql';
import type { TapeTrade_TradeFragment } from '../../../generated/graphql';
import { useReconnected } from '../../../ui/connection';
import { EMPTY_TAPE, withTrades, type Tape, type TapeTrade } from './tape';

graphql(`
  fragment TapeTrade_trade on Trade {
    id
    price
    quantity
    time
    aggressor
  }
`);

const TRADES = graphql(`
  query Trades($symbol: ID!) {
    trades(symbol: $symbol, first: 50) {
      edges {
        node {
          ...TapeTrade_trade @unmask
        }
      }
    }
  }
`);

const TRADE_PRINTED = graphql(`
  subscription TradePrinted($symbol: ID!) {
    tradePrinted(symbol: $symbol) {
      ...TapeTrade_trade @unmask
    }
  }
`);

/** New trades are shown together this often, so that a busy market does not render per trade. */
const SHOW_EVERY_MS = 250;

function toTapeTrade({ time, ...trade }: TapeTrade_TradeFragment): TapeTrade {
  return { ...trade, time: Date.parse(time) };
}

interface State {
  tape: Tape;
  status: 'loading' | 'ready' | 'failed';
  error: unknown;
}

type Action =
  | { type: 'loaded' | 'printed'; trades: readonly TapeTrade[]; held: boolean }
  | { type: 'failed'; error: unknown };

const STARTED: State = { tape: EMPTY_TAPE, status: 'loading', error: undefined };

function reduce(state: State, action: Action): State {
  if (action.type === 'failed') return { ...state, status: 'failed', error: action.error };
  const tape = withTrades(state.tape, action.trades, action.held);
  return action.type === 'loaded'
    ? { tape, status: 'ready', error: undefined }
    : { ...state, tape };
}

/** The newest trades of an asset, and how their loading stands. */
export interface Trades extends Tape {
  status: State['status'];
  error: unknown;
  reload: () => void;
}

/** Loads and follows the trades of one asset, the same for life; while `held`, new ones wait. */
export function useTrades(symbol: string, held: boolean): Trades {
  const client = useApolloClient();
  const [{ tape, status, error }, dispatch] = useReducer(reduce, STARTED);
  const pending = useRef<TapeTrade[]>([]);
  const alive = useRef<AbortController>(null);

  const load = useCallback(
    async (signal: AbortSignal) => {
      const result = await client
        .query({ query: TRADES, variables: { symbol }, fetchPolicy: 'no-cache' })
        .catch((cause: unknown) => ({ data: undefined, error: cause }));
      if (signal.aborted) return;
      if (!result.data) return dispatch({ type: 'failed', error: result.error });
      const trades = result.data.trades.edges.map(({ node }) => toTapeTrade(node));
      dispatch({ type: 'loaded', trades, held: false });
    },
    [client, symbol],
  );
  useEffect(() => {
    const controller = new AbortController();
    alive.current = controller;
    void load(controller.signal);
    return () => controller.abort();
  }, [load]);
  const reload = useCallback(() => {
    if (alive.current) void load(alive.current.signal);
  }, [load]);
  useReconnected(reload);

  useSubscription(TRADE_PRINTED, {
    variables: { symbol },
    fetchPolicy: 'no-cache',
    ignoreResults: true,
    onData: ({ data: { data } }) => {
      if (data) pending.current.unshift(toTapeTrade(data.tradePrinted));
    },
  });
  useEffect(() => {
    const show = () => {
      const trades = pending.current;
      if (trades.length === 0) return;
      pending.current = [];
      dispatch({ type: 'printed', trades, held });
    };
    if (!held) dispatch({ type: 'printed', trades: [], held });
    const timer = setInterval(show, SHOW_EVERY_MS);
    return () => clearInterval(timer);
  }, [held]);

  return { ...tape, status, error, reload };
}
