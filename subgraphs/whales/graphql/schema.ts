import 'reflect-metadata';
import { buildFederatedSchema } from '@spyhop/platform/federated-schema';
import type { GraphQLSchema } from 'graphql';
import { AssetResolver } from './asset-resolver';
import type { WhalesContext } from './context';
import { FoldResolver } from './fold-resolver';
import { FeedStatusResolver } from './feed-status';
import { FlowResolver } from './flows';
import { FollowedLabelResolver, FollowedWalletResolver } from './followed-resolver';
import { PartyLabelResolver, WalletLabelResolver } from './label-resolver';
import { OwnLabelResolver, OwnPartyLabelResolver } from './own-label-resolver';
import { PatternResolver, TransactionPatternResolver } from './patterns';
import { PrintResolver } from './print-resolver';
import { WalletResolver, resolveWalletReference } from './wallet-resolver';
import { WhaleResolver, resolveWhaleReference } from './whale-resolver';

/** The whales subgraph's schema, and its SDL for composition. */
export function buildWhalesSchema(): Promise<{ schema: GraphQLSchema; sdl: string }> {
  return buildFederatedSchema<WhalesContext>(
    {
      resolvers: [
        WhaleResolver,
        ...[AssetResolver, FoldResolver, FeedStatusResolver, FlowResolver, PatternResolver],
        ...[WalletResolver, WalletLabelResolver, PartyLabelResolver],
        ...[OwnLabelResolver, OwnPartyLabelResolver, FollowedWalletResolver],
        ...[FollowedLabelResolver, PrintResolver, TransactionPatternResolver],
      ],
      validate: false,
    },
    {
      // What is added to assets is looked up by symbol, in a batch of its own for each field.
      Asset: ({ symbol }: { symbol: string }) => ({ symbol }),
      Wallet: resolveWalletReference,
      WhaleTransaction: resolveWhaleReference,
    },
  );
}
