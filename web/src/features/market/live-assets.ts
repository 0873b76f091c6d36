import type { ApolloCache } from '@apollo/client';
import { skipToken, useApolloClient, useSubscription } from '@apollo/client/react';
import { useEffect, useMemo } from 'react';
import { graphql } from '../../generated/gql';
import type { PricesTickedSubscription as PricesTicked } from '../../generated/graphql';
import { createSlices } from './slices';

const PRICES_TICKED = graphql(`
  subscription PricesTicked($symbols: [ID!]!) {
    pricesTicked(symbols: $symbols) {
      symbol
      ...PriceCell_asset @unmask
      ...Change1hCell_asset @unmask
      ...Change24hCell_asset @unmask
      ...Change7dCell_asset @unmask
      ...VolumeCell_asset @unmask
      ...MarketCapCell_asset @unmask
    }
  }
`);

/** Most symbols one subscription may list. */
const MOST_SYMBOLS = 250;

/** Assets written into the cache in one task: few enough for a slow machine, too. */
const SLICE = 25;

type TickedAsset = PricesTicked['pricesTicked'][number];

/**
 * Writes ticked assets into the cache. By hand, because the client would read all of them back
 * after every write, for nobody.
 */
function createWriter(cache: ApolloCache) {
  return createSlices<TickedAsset>(
    SLICE,
    ({ symbol }) => symbol,
    (pricesTicked) => {
      const data = { __typename: 'Subscription' as const, pricesTicked };
      cache.writeQuery({ id: 'ROOT_SUBSCRIPTION', query: PRICES_TICKED, data });
    },
  );
}

/**
 * Keeps the cached figures of these assets live. The component that asks does not render on a tick:
 * each cell follows its own field. Sorting makes equal lists one stream in the router.
 */
export function useLiveAssets(symbols: readonly string[]): void {
  const { cache } = useApolloClient();
  const writer = useMemo(() => createWriter(cache), [cache]);
  useEffect(() => () => writer.stop(), [writer]);
  const listed = useMemo(() => symbols.slice(0, MOST_SYMBOLS).sort(), [symbols]);
  const options = {
    variables: { symbols: listed },
    fetchPolicy: 'no-cache' as const,
    ignoreResults: true,
    onData: ({ data: { data } }: useSubscription.OnDataOptions<PricesTicked>) => {
      if (data) writer.add(data.pricesTicked);
    },
  };
  useSubscription(PRICES_TICKED, listed.length === 0 ? skipToken : options);
}
