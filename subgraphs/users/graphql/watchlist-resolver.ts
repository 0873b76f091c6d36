import {
  Args,
  Ctx,
  Directive,
  FieldResolver,
  Mutation,
  Resolver,
  Root,
  Subscription,
} from 'type-graphql';
import { type Watchlist as Stored, readWatchlist, readWatchlistChanges } from '../rules/watchlist';
import { followWatchlists, tellWatchlistsChanged } from '../store/watchlist-changes';
import type { UsersContext } from './context';
import { readId } from './own';
import { User } from './user';
import { viewOf } from './user-view';
import { requireSession } from './viewer';
import {
  DeleteWatchlistArgs,
  OrderWatchlistsArgs,
  UpdateWatchlistArgs,
  Watchlist,
  WatchlistContentArgs,
} from './watchlist';

/** The lists of assets that somebody follows. */
@Resolver(() => User)
export class WatchlistResolver {
  @Directive('@requiresScopes(scopes: [["read:market"]])')
  @FieldResolver(() => [Watchlist], {
    nullable: true,
    description:
      'Lists of assets that they follow, in their order, at most 20; null for anybody but themselves. Takes the scope `read:market`.',
  })
  async watchlists(@Root() user: User, @Ctx() context: UsersContext): Promise<Watchlist[] | null> {
    return (await context.watchlists.list(user.id)).map(watchlistView);
  }

  @Directive('@authenticated')
  @Mutation(() => Watchlist, {
    description:
      'Makes a list, behind the others. Errors INVALID_INPUT, CONFLICT for a name that is taken or with 20 lists.',
  })
  async createWatchlist(
    @Args() content: WatchlistContentArgs,
    @Ctx() context: UsersContext,
  ): Promise<Watchlist> {
    const { userId } = requireSession(context);
    const created = await context.watchlists.create(userId, readWatchlist(content), context.now);
    return told(watchlistView(created), userId, context);
  }

  @Directive('@authenticated')
  @Mutation(() => Watchlist, {
    description:
      'Puts symbols into the list of that name, behind those that it has, and makes it where there is none: for a list that a browser kept before somebody signed in. Done again it changes nothing. Errors INVALID_INPUT, CONFLICT with 20 lists.',
  })
  async mergeWatchlist(
    @Args() content: WatchlistContentArgs,
    @Ctx() context: UsersContext,
  ): Promise<Watchlist> {
    const { userId } = requireSession(context);
    const merged = await context.watchlists.merge(userId, readWatchlist(content), context.now);
    return told(watchlistView(merged), userId, context);
  }

  @Directive('@authenticated')
  @Mutation(() => Watchlist, {
    description:
      'Changes a list. Errors NOT_FOUND, INVALID_INPUT, CONFLICT for a name that is taken, and where the list is no longer in that version: `extensions.version` says which it is in.',
  })
  async updateWatchlist(
    @Args() { id, version, name, symbols }: UpdateWatchlistArgs,
    @Ctx() context: UsersContext,
  ): Promise<Watchlist> {
    const { userId } = requireSession(context);
    const updated = await context.watchlists.update(
      userId,
      { id: readId('watchlist', id), version, now: context.now },
      readWatchlistChanges({ ...(name != null && { name }), ...(symbols != null && { symbols }) }),
    );
    return told(watchlistView(updated), userId, context);
  }

  @Directive('@authenticated')
  @Mutation(() => Boolean, { description: 'Removes a list. False where there is none.' })
  async deleteWatchlist(
    @Args() { id }: DeleteWatchlistArgs,
    @Ctx() context: UsersContext,
  ): Promise<boolean> {
    const { userId } = requireSession(context);
    const isGone = await context.watchlists.remove(userId, readId('watchlist', id));
    return told(isGone, userId, context);
  }

  @Directive('@authenticated')
  @Mutation(() => [Watchlist], {
    description:
      'Puts the lists into another order. Error CONFLICT where these are not all of them, each once.',
  })
  async orderWatchlists(
    @Args() { ids }: OrderWatchlistsArgs,
    @Ctx() context: UsersContext,
  ): Promise<Watchlist[]> {
    const { userId } = requireSession(context);
    const ordered = await context.watchlists.order(userId, ids);
    return told(ordered.map(watchlistView), userId, context);
  }

  @Directive('@authenticated')
  @Directive('@conflate')
  @Directive('@replayLast')
  @Subscription(() => User, {
    nullable: true,
    description:
      'Whose watchlists they are: at once, and whenever these change, here or on another device.',
    subscribe: ({ context }: { context: UsersContext }) =>
      followWatchlists(context.live, requireSession(context).userId),
  })
  async watchlistsChanged(
    @Root() { userId }: { userId: string },
    @Ctx() { users }: UsersContext,
  ): Promise<User | null> {
    const account = await users.find(userId);
    return account && viewOf(account);
  }
}

/** Says to all who follow the lists that they are otherwise. What has happened is not undone where that fails. */
function told<Result>(result: Result, userId: string, { live, later }: UsersContext): Result {
  later('tell of watchlists', () => tellWatchlistsChanged(live, userId));
  return result;
}

const watchlistView = (list: Stored): Watchlist => ({
  ...list,
  assets: list.symbols.map((symbol) => ({ symbol })),
});
