import type { ApolloCache } from '@apollo/client';
import { useApolloClient } from '@apollo/client/react';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { graphql } from '../../../generated/gql';
import { assetRef } from '../asset-ref';
import { orderSymbols, type AssetFigures } from './order';
import type { MarketsView } from './view-state';

const FIGURES = graphql(`
  fragment OrderFigures_asset on Asset {
    symbol
    name
    rank
    price
    change1h
    change24h
    change7d
    volume24h
    marketCap
  }
`);

/** Rows change places at most this often while nobody is reading in the table. */
const REORDER_EVERY_MS = 10_000;

function readFigures(cache: ApolloCache, symbols: readonly string[]): AssetFigures[] {
  return symbols.flatMap((symbol) => {
    const found = cache.readFragment({ fragment: FIGURES, id: cache.identify(assetRef(symbol)) });
    return found ? [found] : [];
  });
}

/**
 * The symbols a view shows, in order. Figures move all the time but rows must not: the order is
 * taken when the view changes, and again every few seconds unless somebody is in the table.
 */
export function useOrder(
  symbols: readonly string[],
  view: MarketsView,
  listed: ReadonlySet<string> | null,
) {
  const { cache } = useApolloClient();
  const attentive = useRef(false);
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => {
      if (!attentive.current) setTurn((last) => last + 1);
    }, REORDER_EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  const order = useMemo(
    () => (turn < 0 ? [] : orderSymbols(readFigures(cache, symbols), view, listed)),
    [cache, symbols, view, listed, turn],
  );
  const setAttentive = useCallback((value: boolean) => {
    attentive.current = value;
  }, []);
  return { order, setAttentive };
}
