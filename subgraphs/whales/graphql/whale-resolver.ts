import { invalidInput } from '@spyhop/platform/errors';
import { checkFirst } from '@spyhop/platform/page-size';
import { Args, Ctx, Directive, Query, Resolver, Root, Subscription } from 'type-graphql';
import { decodeCursor } from '../rules/cursor';
import { readFilter } from '../rules/filter';
import { type WhaleTransaction as Stored, readId } from '../rules/whale';
import { MOST_PER_PAGE, WhaleMovedArgs, WhaleTransactionArgs, WhaleTransactionsArgs } from './args';
import { connectionOf, transactionEdge } from './connection';
import type { WhalesContext } from './context';
import { findTransaction, positionBehind } from './find-transaction';
import { WhaleTransaction, WhaleTransactionConnection } from './whale';

interface Subscribing {
  args: WhaleMovedArgs;
  context: WhalesContext;
}

@Resolver()
export class WhaleResolver {
  @Query(() => WhaleTransactionConnection, {
    description: 'Large transactions, newest first. `first` is 1 to 200.',
  })
  async whaleTransactions(
    @Args() { filter, first, after }: WhaleTransactionsArgs,
    @Ctx() { transactions }: WhalesContext,
  ): Promise<WhaleTransactionConnection> {
    checkFirst(first, MOST_PER_PAGE);
    const place = after ? decodeCursor(after) : null;
    // One more, to know whether more follow.
    const found = await transactions.page({
      filter: readFilter(filter ?? {}),
      after: place,
      limit: first + 1,
    });
    return connectionOf(found, first, place !== null, transactionEdge);
  }

  @Query(() => WhaleTransaction, {
    description:
      'One large transaction. Error NOT_FOUND for an unknown id, and for one that was forgotten for its age (WHALE_KEEP_DAYS).',
  })
  async whaleTransaction(
    @Args() { id }: WhaleTransactionArgs,
    @Ctx() context: WhalesContext,
  ): Promise<WhaleTransaction> {
    return new WhaleTransaction(await findTransaction(id, context));
  }

  @Directive('@resumable')
  @Subscription(() => WhaleTransaction, {
    description:
      'Large transactions as they are stored, and again with each change of their status. Where labels name somebody else in one of the newest 1,000 in the order of storing, or fold it otherwise, it is told again too; of older ones, and of what `filter` does not fit any more, lists tell when they are loaded again. What is folded is told by its head, once more whenever the fold has grown; with `raw` every transaction is told by itself. With `after` those that were missed come first, in the same order, but for what was forgotten for its age (WHALE_KEEP_DAYS); NOT_FOUND where they are more than 100,000, and for the id of one that was forgotten. A client that does not take them in time is ended with SLOW_CONSUMER; it then subscribes again with the last one it has.',
    subscribe: ({ args, context }: Subscribing) => subscribeToMoves(args, context),
  })
  whaleMoved(@Args() _args: WhaleMovedArgs, @Root() stored: Stored): WhaleTransaction {
    return new WhaleTransaction(stored);
  }
}

async function subscribeToMoves(
  { filter, after }: WhaleMovedArgs,
  context: WhalesContext,
): Promise<AsyncIterable<Stored>> {
  const wanted = readFilter(filter ?? {});
  if (wanted.pattern !== null) {
    throw invalidInput('Patterns are found after transactions are told of: list `whalePatterns`.');
  }
  return context.moves.stream(wanted, await positionBehind(after ?? null, context));
}

/** The entity behind a representation; null where unknown. */
export async function resolveWhaleReference(
  { id }: { id: string },
  { transactions }: WhalesContext,
): Promise<WhaleTransaction | null> {
  const key = readId(id);
  const found = key && (await transactions.find(key));
  return found && new WhaleTransaction(found);
}
