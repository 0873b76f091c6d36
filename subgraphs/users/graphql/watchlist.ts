import { DateTimeScalar } from '@spyhop/platform/scalars';
import { ArgsType, Directive, Field, ID, Int, ObjectType } from 'type-graphql';
import { Asset } from './asset';

@ObjectType({ description: 'Assets that somebody follows.', simpleResolvers: true })
export class Watchlist {
  @Field(() => ID, { description: 'Never changes.' })
  id: string;

  @Field({ description: 'As its owner calls it.' })
  name: string;

  @Field(() => [ID], { description: "Tickers in upper case, in their owner's order." })
  symbols: string[];

  @Directive('@listSize(assumedSize: 50)')
  @Field(() => [Asset], {
    nullable: 'items',
    description: 'The assets of those; null in the place of one that nothing is known of.',
  })
  assets: (Asset | null)[];

  @Field(() => Int, { description: 'Grows with every change; for updateWatchlist.' })
  version: number;

  @Field(() => DateTimeScalar, { description: 'When it was last changed.' })
  updatedAt: number;
}

@ArgsType()
export class WatchlistContentArgs {
  @Field({ description: 'As its owner calls it, 1 to 64 characters, unlike their other lists.' })
  name: string;

  @Field(() => [ID], { description: 'Tickers in upper case, at most 1000.' })
  symbols: string[];
}

@ArgsType()
export class UpdateWatchlistArgs {
  @Field(() => ID, { description: 'The list.' })
  id: string;

  @Field(() => Int, { description: 'The version that is to be changed, as it was read.' })
  version: number;

  @Field(() => String, { nullable: true, description: 'Its new name; stays if left out.' })
  name?: string | null;

  @Field(() => [ID], {
    nullable: true,
    description: 'All its tickers, in their new order, at most 1000; stay if left out.',
  })
  symbols?: string[] | null;
}

@ArgsType()
export class DeleteWatchlistArgs {
  @Field(() => ID, { description: 'The list.' })
  id: string;
}

@ArgsType()
export class OrderWatchlistsArgs {
  @Field(() => [ID], { description: 'All lists, each once, in their new order.' })
  ids: string[];
}
