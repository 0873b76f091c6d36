import 'reflect-metadata';
import { buildFederatedSchema } from '@spyhop/platform/federated-schema';
import type { GraphQLSchema } from 'graphql';
import { AssetResolver, resolveAssetReference } from './asset-resolver';
import { CandleResolver } from './candle-resolver';
import type { MarketContext } from './context';
import { MarketResolver } from './market-resolver';
import { TradeResolver } from './trade-resolver';

/** The market subgraph's schema, and its SDL for composition. */
export function buildMarketSchema(): Promise<{ schema: GraphQLSchema; sdl: string }> {
  return buildFederatedSchema<MarketContext>(
    {
      resolvers: [AssetResolver, CandleResolver, TradeResolver, MarketResolver],
      validate: false,
    },
    { Asset: resolveAssetReference },
  );
}
