import { useApolloClient, useSubscription } from '@apollo/client/react';
import { useCallback, useEffect, useReducer, useRef, useState } from 'react';
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

type Action = { type: 'started' } | { type: 'traded'; trades: readonly TapeTrade[]; held: boolean };

function reduce(tape: Tape, action: Action): Tape {
  return action.type === 'started' ? EMPTY_TAPE : withTrades(tape, action.trades, action.held);
}

/** The newest trades of an asset, and how their loading stands. */
export interface Trades extends Tape {
  status: 'loading' | 'ready' | 'failed';
  error: unknown;
  reload: () => void;
}

/** Loads and follows trades; while `held`, new ones wait. */
export function useTrades(symbol: string, held: boolean): Trades {
  const client = useApolloClient();
  const [tape, dispatch] = useReducer(reduce, EMPTY_TAPE);
  const [loading, setLoading] = useState<Pick<Trades, 'status' | 'error'>>({
    status: 'loading',
    error: undefined,
  });
  const pending = useRef<TapeTrade[]>([]);
  const alive = useRef<AbortController>(null);

  const load = useCallback(
    async (signal: AbortSignal) => {
      const result = await client
        .query({ query: TRADES, variables: { symbol }, fetchPolicy: 'no-cache' })
        .catch((cause: unknown) => ({ data: undefined, error: cause }));
      if (signal.aborted) return;
      if (!result.data) return setLoading({ status: 'failed', error: result.error });
      const trades = result.data.trades.edges.map(({ node }) => toTapeTrade(node));
      dispatch({ type: 'traded', trades, held: false });
      setLoading({ status: 'ready', error: undefined });
    },
    [client, symbol],
  );
  useEffect(() => {
    const controller = new AbortController();
    alive.current = controller;
    pending.current = [];
    dispatch({ type: 'started' });
    setLoading({ status: 'loading', error: undefined });
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
      dispatch({ type: 'traded', trades, held });
    };
    if (!held) dispatch({ type: 'traded', trades: [], held });
    const timer = setInterval(show, SHOW_EVERY_MS);
    return () => clearInterval(timer);
  }, [held]);

  return { ...tape, ...loading, reload };
}
