import { useSubscription } from '@apollo/client/react';
import { skipToken } from '@apollo/client/react';
import { graphql } from '../../generated/gql';

const PRICES_TICKED = graphql(`
  subscription PricesTicked($symbols: [ID!]!) {
    pricesTicked(symbols: $symbols) {
      symbol
      ...PriceCell_asset
      ...Change1hCell_asset
      ...Change24hCell_asset
      ...Change7dCell_asset
      ...VolumeCell_asset
      ...MarketCapCell_asset
    }
  }
`);

/** Most symbols one subscription may list. */
const MOST_SYMBOLS = 250;

/**
 * Keeps the cached figures of these assets live. The component that asks does not render on a tick:
 * each cell follows its own field. Sorting makes equal lists one stream in the router.
 */
export function useLiveAssets(symbols: readonly string[]): void {
  const listed = symbols.slice(0, MOST_SYMBOLS).sort();
  const options =
    listed.length === 0 ? skipToken : { variables: { symbols: listed }, ignoreResults: true };
  useSubscription(PRICES_TICKED, options);
}
