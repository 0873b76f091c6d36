import { Args, Ctx, Directive, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql';
import { LONGEST_NAME, LONGEST_NOTE, asLabel, readText } from '../rules/own-wallets';
import type { WalletKey } from '../rules/wallet';
import type { WhalesContext } from './context';
import { LabelWalletArgs } from './followed';
import { WalletLabel } from './label';
import { needsScope, requireScope } from './viewer';
import { readWallet } from '../rules/wallet';
import { Wallet } from './wallet';
import { WalletArgs } from './wallet-resolver';
import { WhaleParty } from './whale';

/** What viewers call wallets, each for themselves: never in a field that is the same for all. */
@Resolver(() => Wallet)
export class OwnLabelResolver {
  @Directive(needsScope('read:whales'))
  @FieldResolver(() => WalletLabel, {
    nullable: true,
    description:
      'What the viewer calls it, which counts before all that sources say; null where nothing. Errors UNAUTHENTICATED, FORBIDDEN without the scope `read:whales`.',
  })
  ownLabel(@Root() wallet: Wallet, @Ctx() context: WhalesContext): Promise<WalletLabel | null> {
    return ownLabelOf(wallet, context);
  }

  @Directive(needsScope('read:whales'))
  @FieldResolver(() => String, {
    nullable: true,
    description:
      'What the viewer has noted of it; null for nothing. Errors UNAUTHENTICATED, FORBIDDEN without the scope `read:whales`.',
  })
  async ownNote(@Root() wallet: Wallet, @Ctx() context: WhalesContext): Promise<string | null> {
    requireScope(context, 'read:whales');
    return (await context.ownLabelOf(wallet))?.note || null;
  }

  @Directive(needsScope('read:whales'))
  @Directive('@listSize(assumedSize: 50)')
  @Query(() => [Wallet], {
    description:
      'The wallets that the viewer has labelled, the one labelled last first; at most 2000. Errors UNAUTHENTICATED, FORBIDDEN without the scope `read:whales`.',
  })
  async labelledWallets(@Ctx() context: WhalesContext): Promise<Wallet[]> {
    const labelled = await context.ownLabels.list(requireScope(context, 'read:whales'));
    return labelled.map((wallet) => new Wallet(wallet));
  }

  @Directive(needsScope('write:whales'))
  @Mutation(() => Wallet, {
    description:
      'Has a wallet be called that for the viewer, instead of what they called it before; a note that is left out stays. Errors INVALID_INPUT, CONFLICT with 2000 labels.',
  })
  async labelWallet(
    @Args() { input }: LabelWalletArgs,
    @Ctx() context: WhalesContext,
  ): Promise<Wallet> {
    const userId = requireScope(context, 'write:whales');
    const wallet = readWallet(input, context.chains);
    await context.ownLabels.set(userId, {
      ...{ ...wallet, kind: input.kind ?? 'OTHER', updatedAt: context.clock() },
      name: readText(input.name, 'name', { least: 1, most: LONGEST_NAME }),
      ...(typeof input.note === 'string' && {
        note: readText(input.note, 'note', { most: LONGEST_NOTE }),
      }),
    });
    return new Wallet(wallet);
  }

  @Directive(needsScope('write:whales'))
  @Mutation(() => Wallet, {
    description:
      'Removes what the viewer calls a wallet; where they call it nothing that stays so. Error INVALID_INPUT.',
  })
  async removeWalletLabel(
    @Args() args: WalletArgs,
    @Ctx() context: WhalesContext,
  ): Promise<Wallet> {
    const userId = requireScope(context, 'write:whales');
    const wallet = readWallet(args, context.chains);
    await context.ownLabels.remove(userId, wallet);
    return new Wallet(wallet);
  }
}

/** The same of those who take part in a transaction. */
@Resolver(() => WhaleParty)
export class OwnPartyLabelResolver {
  @Directive(needsScope('read:whales'))
  @FieldResolver(() => WalletLabel, {
    nullable: true,
    description:
      'What the viewer calls its address, which counts before all that sources say; null where nothing. Errors UNAUTHENTICATED, FORBIDDEN without the scope `read:whales`.',
  })
  async ownLabel(
    @Root() { chain, address }: WhaleParty,
    @Ctx() context: WhalesContext,
  ): Promise<WalletLabel | null> {
    requireScope(context, 'read:whales');
    return address === null ? null : ownLabelOf({ chain, address }, context);
  }
}

async function ownLabelOf(wallet: WalletKey, context: WhalesContext): Promise<WalletLabel | null> {
  requireScope(context, 'read:whales');
  const own = await context.ownLabelOf(wallet);
  return own && asLabel(own);
}
