import { notFound } from '@spyhop/platform/errors';
import {
  Args,
  Ctx,
  Directive,
  FieldResolver,
  Mutation,
  Query,
  Resolver,
  Root,
  Subscription,
} from 'type-graphql';
import { readFilter } from '../rules/filter';
import { bestLabel } from '../rules/labels';
import { LONGEST_NAME, asLabel, readText } from '../rules/own-wallets';
import type { WhaleTransaction as Stored } from '../rules/whale';
import type { WhalesContext } from './context';
import {
  FollowWalletArgs,
  FollowedWallet,
  FollowedWalletArgs,
  UpdateFollowedWalletArgs,
  WalletMovedArgs,
} from './followed';
import { positionBehind } from './find-transaction';
import { WalletLabel } from './label';
import { needsScope, requireScope } from './viewer';
import { readWallet } from '../rules/wallet';
import { Wallet } from './wallet';
import { WhaleTransaction } from './whale';

/** Whatever leads there is the viewer's own already. */
@Resolver(() => FollowedWallet)
export class FollowedLabelResolver {
  @Directive(needsScope('read:whales'))
  @FieldResolver(() => WalletLabel, {
    nullable: true,
    description:
      'What counts of all that is said of it: what the viewer calls it, or else what counts of what sources say; null where nothing is said.',
  })
  async label(
    @Root() wallet: FollowedWallet,
    @Ctx() context: WhalesContext,
  ): Promise<WalletLabel | null> {
    requireScope(context, 'read:whales');
    const [own, shared] = await Promise.all([context.ownLabelOf(wallet), context.labelsOf(wallet)]);
    return bestLabel([...(own ? [asLabel(own)] : []), ...shared]);
  }
}

interface Subscribing {
  args: WalletMovedArgs;
  context: WhalesContext;
}

const NAME = { most: LONGEST_NAME };

/** The wallets that somebody follows. */
@Resolver(() => Wallet)
export class FollowedWalletResolver {
  @Directive(needsScope('read:whales'))
  @FieldResolver(() => FollowedWallet, {
    nullable: true,
    description:
      'As the viewer follows it; null where they do not. Errors UNAUTHENTICATED, FORBIDDEN without the scope `read:whales`.',
  })
  async followed(
    @Root() wallet: Wallet,
    @Ctx() context: WhalesContext,
  ): Promise<FollowedWallet | null> {
    requireScope(context, 'read:whales');
    const followed = await context.followedOf(wallet);
    return followed && new FollowedWallet(followed);
  }

  @Directive(needsScope('read:whales'))
  @Directive('@listSize(assumedSize: 50)')
  @Query(() => [FollowedWallet], {
    description:
      'The wallets that the viewer follows, by group, then the first one first; at most 200. Errors UNAUTHENTICATED, FORBIDDEN without the scope `read:whales`.',
  })
  async wallets(@Ctx() context: WhalesContext): Promise<FollowedWallet[]> {
    const followed = await context.followed.list(requireScope(context, 'read:whales'));
    return followed.map((each) => new FollowedWallet(each));
  }

  @Directive(needsScope('write:whales'))
  @Mutation(() => FollowedWallet, {
    description:
      'Has the viewer follow a wallet. Errors INVALID_INPUT, CONFLICT where they do already (`extensions.id` says as which) and with 200 wallets.',
  })
  async followWallet(
    @Args() { input }: FollowWalletArgs,
    @Ctx() context: WhalesContext,
  ): Promise<FollowedWallet> {
    const userId = requireScope(context, 'write:whales');
    const added = await context.followed.add(userId, {
      ...{ ...readWallet(input, context.chains), since: context.clock() },
      name: readText(input.name, 'name', NAME),
      group: readText(input.group, 'group', NAME),
    });
    return new FollowedWallet(added);
  }

  @Directive(needsScope('write:whales'))
  @Mutation(() => FollowedWallet, {
    description: 'Calls or sorts a followed wallet otherwise. Errors NOT_FOUND, INVALID_INPUT.',
  })
  async updateFollowedWallet(
    @Args() { id, input: { name, group } }: UpdateFollowedWalletArgs,
    @Ctx() context: WhalesContext,
  ): Promise<FollowedWallet> {
    const userId = requireScope(context, 'write:whales');
    const changes = {
      ...(name != null && { name: readText(name, 'name', NAME) }),
      ...(group != null && { group: readText(group, 'group', NAME) }),
    };
    return new FollowedWallet(await context.followed.update(userId, readUuid(id), changes));
  }

  @Directive(needsScope('write:whales'))
  @Mutation(() => Boolean, {
    description: 'Ends following a wallet. False where the viewer does not.',
  })
  async unfollowWallet(
    @Args() { id }: FollowedWalletArgs,
    @Ctx() context: WhalesContext,
  ): Promise<boolean> {
    return context.followed.remove(requireScope(context, 'write:whales'), readUuid(id));
  }

  @Directive(needsScope('read:whales'))
  @Directive('@resumable')
  @Subscription(() => WhaleTransaction, {
    description:
      'Large transactions in which a followed wallet takes part, as whaleMoved tells of them. Error NOT_FOUND, also for one that somebody else follows.',
    subscribe: ({ args, context }: Subscribing) => subscribeToWallet(args, context),
  })
  walletMoved(@Args() _args: WalletMovedArgs, @Root() stored: Stored): WhaleTransaction {
    return new WhaleTransaction(stored);
  }
}

async function subscribeToWallet(
  { id, after }: WalletMovedArgs,
  context: WhalesContext,
): Promise<AsyncIterable<Stored>> {
  const { chain, address } = await context.followed.find(
    requireScope(context, 'read:whales'),
    readUuid(id),
  );
  const position = await positionBehind(after ?? null, context);
  return context.moves.stream(
    { ...readFilter({ raw: true }), wallet: { chain, address } },
    position,
  );
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** An id as the database takes it. Throws NOT_FOUND for what can be none. */
function readUuid(id: string): string {
  if (UUID.test(id)) return id.toLowerCase();
  throw notFound('followed wallet', id.slice(0, 64));
}
