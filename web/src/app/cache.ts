import { InMemoryCache } from '@apollo/client';

/** The normalised cache: live events and queries meet in one record per asset. */
export function createCache(): InMemoryCache {
  return new InMemoryCache({
    typePolicies: {
      Query: {
        fields: {
          asset: {
            read: (known, { args, toReference }) =>
              known ?? toReference({ __typename: 'Asset', symbol: args?.symbol }),
          },
          labelledWallets: { merge: false },
        },
      },
      Subscription: { fields: { pricesTicked: { merge: false } } },
      AssetConnection: { merge: true, fields: { edges: { merge: false } } },
      Asset: { keyFields: ['symbol'] },
      User: { fields: { preferences: { merge: true }, watchlists: { merge: false } } },
      FeedStatus: { keyFields: [] },
      GlobalMarket: { keyFields: [] },
      ExchangeRates: { keyFields: [] },
      Candle: { keyFields: false },
      Trade: { keyFields: false },
      WhaleFeedStatus: { keyFields: [] },
    },
  });
}
