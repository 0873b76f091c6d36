import { checkFirst } from '@spyhop/platform/page-size';
import { Args, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { decodeCursor } from '../rules/cursor';
import { idOf } from '../rules/whale';
import { MOST_PER_PAGE, PageArgs } from './args';
import { connectionOf, transactionEdge } from './connection';
import type { WhalesContext } from './context';
import { WhaleFold } from './fold';
import { WhaleParty, WhaleTransactionConnection } from './whale';

@Resolver(() => WhaleFold)
export class FoldResolver {
  @FieldResolver(() => [WhaleParty], { description: 'Wallets where it began, at most 50.' })
  from(@Root() { stored }: WhaleFold): WhaleParty[] {
    return stored.from.map((party) => new WhaleParty(stored.chain, party));
  }

  @FieldResolver(() => [WhaleParty], { description: 'Wallets where it ended, at most 50.' })
  to(@Root() { stored }: WhaleFold): WhaleParty[] {
    return stored.to.map((party) => new WhaleParty(stored.chain, party));
  }

  @FieldResolver(() => WhaleTransactionConnection, {
    description: 'The transactions that it is made of, newest first. `first` is 1 to 200.',
  })
  async members(
    @Root() { stored }: WhaleFold,
    @Args() { first, after }: PageArgs,
    @Ctx() { transactions, membersOf }: WhalesContext,
  ): Promise<WhaleTransactionConnection> {
    checkFirst(first, MOST_PER_PAGE);
    const place = after ? decodeCursor(after) : null;
    // One more, to know whether more follow.
    const found =
      place === null
        ? await membersOf(stored, first + 1)
        : ((await transactions.membersOf([stored], first + 1, place)).get(idOf(stored)) ?? []);
    return connectionOf(found, first, place !== null, transactionEdge);
  }
}
