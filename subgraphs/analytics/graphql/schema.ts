import 'reflect-metadata';
import { buildFederatedSchema } from '@spyhop/platform/federated-schema';
import type { GraphQLSchema } from 'graphql';
import { Asset, AssetResolver } from './asset';
import type { AnalyticsContext } from './context';

/** The analytics subgraph's schema, and its SDL for composition. */
export function buildAnalyticsSchema(): Promise<{ schema: GraphQLSchema; sdl: string }> {
  return buildFederatedSchema<AnalyticsContext>(
    { resolvers: [AssetResolver], orphanedTypes: [Asset], validate: false, skipCheck: true },
    // Indicators are in memory, so an entity costs no look-up and there is nothing to batch.
    { Asset: ({ symbol }: { symbol: string }) => ({ symbol }) },
  );
}
