import { checkFirst } from '@spyhop/platform/page-size';
import { DecimalScalar } from '@spyhop/platform/scalars';
import { Args, Ctx, Field, FieldResolver, Int, ObjectType, Resolver, Root } from 'type-graphql';
import { Exact } from '../rules/exact';
import { MOST_RECENT, RecentWhalesArgs, WhaleActivityArgs } from './args';
import { Asset } from './asset';
import type { WhalesContext } from './context';
import { WINDOW_MS } from './enums';
import { WhaleTransaction } from './whale';

@ObjectType({
  description:
    'What large transactions moved of an asset, valued when it moved; what is folded counts once.',
  simpleResolvers: true,
})
export class WhaleActivity {
  @Field(() => Int, { description: 'How many there were; a fold is one.' })
  transactions: number;

  @Field(() => DecimalScalar, { description: 'All of what they moved, in USD.' })
  usd: string;

  @Field(() => DecimalScalar, { description: 'What went into exchanges, in USD.' })
  toExchangesUsd: string;

  @Field(() => DecimalScalar, { description: 'What came out of exchanges, in USD.' })
  fromExchangesUsd: string;

  @Field(() => DecimalScalar, {
    description: 'Into exchanges less out of them, in USD; negative where more left.',
  })
  netToExchangesUsd: string;

  @Field(() => DecimalScalar, {
    nullable: true,
    description: 'The largest one, in USD; null where none has a price.',
  })
  largestUsd: string | null;
}

@Resolver(() => Asset)
export class AssetResolver {
  @FieldResolver(() => [WhaleTransaction], {
    description: 'The newest large transactions of the asset, newest first. `first` is 1 to 50.',
  })
  async recentWhales(
    @Root() { symbol }: Asset,
    @Args() { first }: RecentWhalesArgs,
    @Ctx() { recentOf }: WhalesContext,
  ): Promise<WhaleTransaction[]> {
    checkFirst(first, MOST_RECENT);
    return (await recentOf(symbol, first)).map((stored) => new WhaleTransaction(stored));
  }

  @FieldResolver(() => WhaleActivity, {
    description: 'What large transactions moved of the asset lately.',
  })
  async whaleActivity(
    @Root() { symbol }: Asset,
    @Args() { window }: WhaleActivityArgs,
    @Ctx() { activityOf }: WhalesContext,
  ): Promise<WhaleActivity> {
    const figures = await activityOf(symbol, WINDOW_MS[window]);
    const net = new Exact(figures.toExchangesUsd).minus(figures.fromExchangesUsd);
    return { ...figures, netToExchangesUsd: net.toFixed() };
  }
}
