import { useQuery } from '@apollo/client/react';
import { useCallback, useMemo } from 'react';
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

/**
 * Loads the tracked assets into the cache: figures first, the heavier history lines after them.
 * Loads them again when the live connection returns, since ticks were missed.
 */
export function useAssetList(): AssetList {
  const { data, error, refetch } = useQuery(MARKETS, { fetchPolicy: 'cache-and-network' });
  useQuery(SPARKLINES, { skip: !data, pollInterval: SPARKLINES_EVERY_MS });
  const reload = useCallback(() => {
    refetch().catch(() => undefined);
  }, [refetch]);
  useReconnected(reload);
  const symbols = useMemo(
    () => data?.assets.edges.map(({ node }) => node.symbol) ?? null,
    [data?.assets.edges],
  );
  return { symbols, error, reload };
}
