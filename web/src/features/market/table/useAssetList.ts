import type { ApolloClient } from '@apollo/client';
import { useApolloClient } from '@apollo/client/react';
import { useCallback, useEffect, useState } from 'react';
import { graphql } from '../../../generated/gql';
import { useReconnected } from '../../../ui/connection';

const MARKETS = graphql(`
  query Markets {
    assets(first: 250) {
      edges {
        node {
          symbol
          ...AssetRow_asset
        }
      }
    }
  }
`);

const SPARKLINES = graphql(`
  query Sparklines {
    assets(first: 250) {
      edges {
        node {
          symbol
          ...SparklineCell_asset
        }
      }
    }
  }
`);

const SPARKLINES_EVERY_MS = 10 * 60_000;

/** The tracked assets' symbols by rank, and how their loading stands. */
export interface AssetList {
  /** Null until the first answer. */
  symbols: readonly string[] | null;
  error: unknown;
  reload: () => void;
}

function knownSymbols({ cache }: ApolloClient): readonly string[] | null {
  const known = cache.readQuery({ query: MARKETS });
  return known?.assets.edges.map(({ node }) => node.symbol) ?? null;
}

/**
 * Loads the tracked assets into the cache: figures first, the heavier history lines after them.
 * Loads them again when the live connection returns, since ticks were missed. The list itself does
 * not watch the cache: reading hundreds of assets anew on every tick would cost more than all cells.
 */
export function useAssetList(): AssetList {
  const client = useApolloClient();
  const [symbols, setSymbols] = useState(() => knownSymbols(client));
  const [error, setError] = useState<unknown>();
  const reload = useCallback(() => {
    client.query({ query: MARKETS, fetchPolicy: 'network-only' }).then(() => {
      setError(undefined);
      setSymbols(knownSymbols(client));
    }, setError);
  }, [client]);
  useEffect(reload, [reload]);
  useReconnected(reload);

  const loaded = symbols !== null;
  useEffect(() => {
    if (!loaded) return;
    const load = () =>
      void client.query({ query: SPARKLINES, fetchPolicy: 'network-only' }).catch(() => undefined);
    load();
    const timer = setInterval(load, SPARKLINES_EVERY_MS);
    return () => clearInterval(timer);
  }, [client, loaded]);
  return { symbols, error, reload };
}
