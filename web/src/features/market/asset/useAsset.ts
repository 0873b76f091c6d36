import { useQuery } from '@apollo/client/react';
import { useCallback } from 'react';
import { graphql } from '../../../generated/gql';
import { useReconnected } from '../../../ui/connection';
import { errorCode } from '../../../ui/error-code';

const ASSET = graphql(`
  query Asset($symbol: ID!) {
    asset(symbol: $symbol) {
      symbol
      ...AssetNames_asset
      ...AssetPrice_asset
      ...DayStats_asset
      ...Supply_asset
      ...CandlePanel_asset
      ...TradesTape_asset
    }
  }
`);

/** How the loading of an asset's figures into the cache stands. */
export interface AssetLoading {
  status: 'loading' | 'ready' | 'unknown' | 'failed';
  error: unknown;
  reload: () => void;
}

/** Loads one asset's figures into the cache, and again when the live connection returns. */
export function useAsset(symbol: string): AssetLoading {
  const { data, error, refetch } = useQuery(ASSET, {
    variables: { symbol },
    fetchPolicy: 'cache-and-network',
  });
  const reload = useCallback(() => {
    refetch().catch(() => undefined);
  }, [refetch]);
  useReconnected(reload);
  if (error && errorCode(error) === 'NOT_FOUND') return { status: 'unknown', error, reload };
  if (data) return { status: 'ready', error, reload };
  return { status: error ? 'failed' : 'loading', error, reload };
}
