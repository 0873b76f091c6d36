import { DateTimeScalar, DecimalScalar } from '@spyhop/platform/scalars';
import { Args, ArgsType, Ctx, Field, ID, ObjectType, Query, Resolver } from 'type-graphql';
import { readFlowRange, readSymbol } from '../rules/flow-range';
import type { WhalesContext } from './context';
import { FlowBucket } from './enums';

@ArgsType()
class ExchangeFlowsArgs {
  @Field(() => ID, { description: 'Ticker of the asset, e.g. BTC.' })
  symbol: string;

  @Field(() => DateTimeScalar, {
    description: 'Where it begins: with the hour or the day (UTC) that this is in.',
  })
  from: number;

  @Field(() => DateTimeScalar, {
    description: 'Where it ends; buckets that begin then or later are not part of it.',
  })
  to: number;

  @Field(() => FlowBucket, { description: 'Length of a bucket.' })
  bucket: keyof typeof FlowBucket;
}

@ObjectType()
abstract class FlowSums {
  @Field(() => DecimalScalar, { description: 'What went in, in units of the asset.' })
  in: string;

  @Field(() => DecimalScalar, { description: 'What went out, in units of the asset.' })
  out: string;

  @Field(() => DecimalScalar, {
    description: 'In less out, in units of the asset; negative where more left.',
  })
  net: string;

  @Field(() => DecimalScalar, {
    description: 'What went in, in USD when it moved; of what has a price.',
  })
  inUsd: string;

  @Field(() => DecimalScalar, {
    description: 'What went out, in USD when it moved; of what has a price.',
  })
  outUsd: string;

  @Field(() => DecimalScalar, { description: 'In less out, in USD; negative where more left.' })
  netUsd: string;
}

@ObjectType({
  description:
    'What went into and out of all exchanges in an hour or a day; not what went from one to another.',
  simpleResolvers: true,
})
export class ExchangeFlowBucket extends FlowSums {
  @Field(() => DateTimeScalar, { description: 'When the hour or the day (UTC) began.' })
  time: number;
}

@ObjectType({
  description: 'What went into and out of one exchange, also from and to others.',
  simpleResolvers: true,
})
export class ExchangeFlow extends FlowSums {
  @Field({ description: 'Its name, e.g. binance; `unnamed` for one that nobody names.' })
  exchange: string;
}

@ObjectType({
  description:
    'Flows of an asset into and out of exchanges, from large transactions on chains alone.',
  simpleResolvers: true,
})
export class ExchangeFlows {
  @Field(() => [ExchangeFlowBucket], {
    description: 'By time, the earliest first; those without any flow are left out.',
  })
  buckets: ExchangeFlowBucket[];

  @Field(() => [ExchangeFlow], {
    description: 'By exchange over all of the time, the largest in and out together first.',
  })
  exchanges: ExchangeFlow[];
}

@Resolver()
export class FlowResolver {
  @Query(() => ExchangeFlows, {
    description:
      'What went into and out of exchanges. At most 2,232 hours or 1,096 days at once, else INVALID_INPUT.',
  })
  exchangeFlows(
    @Args() { symbol, ...range }: ExchangeFlowsArgs,
    @Ctx() { flows }: WhalesContext,
  ): Promise<ExchangeFlows> {
    return flows.exchangeFlows(readSymbol(symbol), readFlowRange(range));
  }
}
