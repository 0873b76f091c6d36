import 'reflect-metadata';
import { buildFederatedSchema } from '@spyhop/platform/federated-schema';
import type { GraphQLSchema } from 'graphql';
import { AssetResolver } from './asset-resolver';
import type { WhalesContext } from './context';
import { FeedStatusResolver } from './feed-status';
import { PrintResolver } from './print-resolver';
import { WhaleResolver, resolveWhaleReference } from './whale-resolver';

/** The whales subgraph's schema, and its SDL for composition. */
export function buildWhalesSchema(): Promise<{ schema: GraphQLSchema; sdl: string }> {
  return buildFederatedSchema<WhalesContext>(
    {
      resolvers: [WhaleResolver, AssetResolver, FeedStatusResolver, PrintResolver],
      validate: false,
    },
    {
      // What is added to assets is looked up by symbol, in a batch of its own for each field.
      Asset: ({ symbol }: { symbol: string }) => ({ symbol }),
      WhaleTransaction: resolveWhaleReference,
    },
  );
}
