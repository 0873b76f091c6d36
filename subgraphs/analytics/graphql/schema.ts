import 'reflect-metadata';
import { buildFederatedSchema } from '@spyhop/platform/federated-schema';
import type { GraphQLSchema } from 'graphql';
import { Resolver } from 'type-graphql';
import type { IndicatorBoard } from '../rules/indicators';
import { Asset } from './asset';

export interface AnalyticsContext {
  indicators: IndicatorBoard;
}

/** Indicators are in memory, so an entity costs no look-up and there is nothing to batch. */
const resolveAssetReference = (
  { symbol }: { symbol: string },
  { indicators }: AnalyticsContext,
): Asset => new Asset(symbol, indicators);

/** type-graphql asks for at least one; this subgraph only adds fields to an entity. */
@Resolver(() => Asset)
class AssetResolver {}

/** The analytics subgraph's schema, and its SDL for composition. */
export function buildAnalyticsSchema(): Promise<{ schema: GraphQLSchema; sdl: string }> {
  return buildFederatedSchema<AnalyticsContext>(
    { resolvers: [AssetResolver], orphanedTypes: [Asset], validate: false, skipCheck: true },
    { Asset: resolveAssetReference },
  );
}
