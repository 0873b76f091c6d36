import { PageInfo } from '@spyhop/platform/page-info';
import { DateTimeScalar, DecimalScalar } from '@spyhop/platform/scalars';
import { Field, ID, ObjectType } from 'type-graphql';
import type { DecimalText } from '../rules/market-data';
import { Aggressor } from './enums';

@ObjectType({
  description: 'One trade, or several of one order at one price in one.',
  simpleResolvers: true,
})
export class Trade {
  @Field(() => ID, { description: 'Ticker of the asset, e.g. BTC.' })
  symbol: string;

  @Field(() => ID, { description: "The exchange's id of the (aggregate) trade." })
  id: string;

  @Field(() => DecimalScalar, { description: 'USD for one unit of the asset.' })
  price: DecimalText;

  @Field(() => DecimalScalar, { description: 'Units of the asset.' })
  quantity: DecimalText;

  @Field(() => DateTimeScalar, { description: 'When it was executed.' })
  time: number;

  @Field(() => Aggressor, { description: 'The side that took liquidity.' })
  aggressor: 'BUY' | 'SELL';
}

@ObjectType({ description: 'A trade and its place in the list.', simpleResolvers: true })
export class TradeEdge {
  @Field({ description: 'The place, for `after`.' })
  cursor: string;

  @Field(() => Trade, { description: 'The trade.' })
  node: Trade;
}

@ObjectType({ description: 'One page of trades.', simpleResolvers: true })
export class TradeConnection {
  @Field(() => [TradeEdge], { description: 'Newest first.' })
  edges: TradeEdge[];

  @Field(() => PageInfo, { description: 'Where the page stands in the list.' })
  pageInfo: PageInfo;
}
