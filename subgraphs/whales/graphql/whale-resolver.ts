import { invalidInput, notFound } from '@spyhop/platform/errors';
import { checkFirst } from '@spyhop/platform/page-size';
import { Args, Ctx, Directive, Query, Resolver, Root, Subscription } from 'type-graphql';
import { decodeCursor, encodeCursor } from '../rules/cursor';
import { readFilter } from '../rules/filter';
import { type WhaleTransaction as Stored, readId } from '../rules/whale';
import {
  MOST_TRANSACTIONS,
  WhaleMovedArgs,
  WhaleTransactionArgs,
  WhaleTransactionsArgs,
} from './args';
import type { WhalesContext } from './context';
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
    checkFirst(first, MOST_TRANSACTIONS);
    const place = after ? decodeCursor(after) : null;
    // One more, to know whether more follow.
    const found = await transactions.page({
      filter: readFilter(filter ?? {}),
      after: place,
      limit: first + 1,
    });
    return connectionOf(found, first, place !== null);
  }

  @Query(() => WhaleTransaction, {
    description: 'One large transaction. Error NOT_FOUND for an unknown id.',
  })
  async whaleTransaction(
    @Args() { id }: WhaleTransactionArgs,
    @Ctx() context: WhalesContext,
  ): Promise<WhaleTransaction> {
    return new WhaleTransaction(await find(id, context));
  }

  @Directive('@resumable')
  @Subscription(() => WhaleTransaction, {
    description:
      'Large transactions as they are stored, each once. With `after` those that were missed come first, in the same order. A client that does not take them in time is ended with SLOW_CONSUMER; it then subscribes again with the last one it has.',
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
  return context.moves.stream(wanted, await positionOf(after ?? null, context));
}

/** Cursors of `whaleMoved` are positions. */
const CURSOR = /^\d{1,15}$/;

async function positionOf(after: string | null, context: WhalesContext): Promise<number> {
  if (after !== null && !CURSOR.test(after)) return (await find(after, context)).position;
  const newest = await context.transactions.newestPosition();
  if (after !== null && Number(after) > newest) throw notFound('cursor', after);
  return after === null ? newest : Number(after);
}

async function find(id: string, { transactions }: WhalesContext): Promise<Stored> {
  const key = readId(id);
  if (key === null) {
    throw invalidInput(
      `An id is a chain and a hash, like bitcoin:4a5e…, not ${JSON.stringify(id.slice(0, 40))}.`,
    );
  }
  const found = await transactions.find(key);
  if (found === null) throw notFound('transaction', id.slice(0, 200));
  return found;
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

/** Of what was found with one more than the page takes. */
function connectionOf(
  found: readonly Stored[],
  first: number,
  hasPreviousPage: boolean,
): WhaleTransactionConnection {
  const edges = found
    .slice(0, first)
    .map((stored) => ({ cursor: encodeCursor(stored), node: new WhaleTransaction(stored) }));
  return {
    edges,
    pageInfo: {
      hasNextPage: found.length > first,
      hasPreviousPage,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}
