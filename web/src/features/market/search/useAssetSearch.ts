import { skipToken, useQuery } from '@apollo/client/react';
import { useEffect, useState } from 'react';
import { graphql } from '../../../generated/gql';

const SEARCH = graphql(`
  query SearchAssets($query: String!) {
    search(query: $query, first: 8) {
      symbol
      name
      ...FoundAsset_asset
    }
  }
`);

const TRENDING = graphql(`
  query TrendingAssets {
    trending(first: 5) {
      symbol
      name
      ...FoundAsset_asset
    }
  }
`);

const TYPING_PAUSE_MS = 100;

function usePaused(text: string): string {
  const [paused, setPaused] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setPaused(text), TYPING_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return paused;
}

/** An asset that a search found. */
export interface FoundAsset {
  symbol: string;
  name: string;
}

/** The assets that fit a text, best first; without a text those that draw attention now. */
export function useAssetSearch(text: string): { assets: readonly FoundAsset[]; error: unknown } {
  const query = usePaused(text.trim());
  const found = useQuery(SEARCH, query === '' ? skipToken : { variables: { query } });
  const trending = useQuery(TRENDING);
  if (query === '') return { assets: trending.data?.trending ?? [], error: trending.error };
  const { search } = found.data ?? found.previousData ?? { search: [] };
  return { assets: search, error: found.error };
}
