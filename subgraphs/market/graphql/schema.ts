import 'reflect-metadata';
import { buildFederatedSchema } from '@spyhop/platform/federated-schema';
import type { GraphQLSchema } from 'graphql';
import type { PubSub } from 'type-graphql';
import { AssetResolver, resolveAssetReference } from './asset-resolver';
import { CandleResolver } from './candle-resolver';
import type { MarketContext } from './context';
import { MarketResolver } from './market-resolver';
import { TradeResolver } from './trade-resolver';

/** type-graphql asks for one, but every subscription here brings its own stream over LiveEvents. */
const unusedPubSub: PubSub = {
  publish: () => undefined,
  subscribe: () => {
    throw new Error('Subscriptions of this subgraph bring their own stream.');
  },
};

/** The market subgraph's schema, and its SDL for composition. */
export function buildMarketSchema(): Promise<{ schema: GraphQLSchema; sdl: string }> {
  return buildFederatedSchema<MarketContext>(
    {
      resolvers: [AssetResolver, CandleResolver, TradeResolver, MarketResolver],
      pubSub: unusedPubSub,
      validate: false,
    },
    { Asset: resolveAssetReference },
  );
}
