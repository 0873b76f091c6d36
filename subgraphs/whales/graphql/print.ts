import { PageInfo } from '@spyhop/platform/page-info';
import { DateTimeScalar, DecimalScalar } from '@spyhop/platform/scalars';
import type { ExchangePrint as Print } from '@spyhop/platform/topics';
import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Asset } from './asset';
import { enumOf } from './enums';

export const AggressorSide = enumOf(['BUY', 'SELL']);
registerEnumType(AggressorSide, {
  name: 'AggressorSide',
  description: 'Who did not wait for a price, but took it.',
  valuesConfig: {
    BUY: { description: 'The buyer.' },
    SELL: { description: 'The seller.' },
  },
});

@ObjectType({
  description:
    'A large trade on an exchange. Nothing moves between wallets by it: a trade is no transaction on a chain.',
  simpleResolvers: true,
})
export class ExchangePrint {
  constructor(print: Print) {
    Object.assign(this, print);
    this.asset = { symbol: print.symbol };
  }

  @Field(() => ID, { description: 'Exchange, symbol and the count of the exchange.' })
  id: string;

  @Field({ description: 'Ticker of what was traded, in upper case, e.g. BTC.' })
  symbol: string;

  @Field(() => Asset, { nullable: true, description: 'The asset; null where it is not tracked.' })
  asset: Asset | null;

  @Field({ description: 'Where, e.g. binance; `simulated` where nobody has made the trade.' })
  exchange: string;

  @Field(() => AggressorSide, { description: 'Who took the price.' })
  side: Print['side'];

  @Field(() => DecimalScalar, {
    description: 'USD for one unit; the average where an order took several prices.',
  })
  price: string;

  @Field(() => DecimalScalar, { description: 'In units of the asset.' })
  amount: string;

  @Field(() => DecimalScalar, { description: 'What was paid for all of it, in USD.' })
  usd: string;

  @Field(() => DateTimeScalar, { description: 'When it began.' })
  time: number;

  @Field(() => Int, { description: 'Trades that it consists of: one order may meet many others.' })
  trades: number;

  @Field({ description: 'It was agreed upon beside the order book.' })
  isBlock: boolean;
}

@ObjectType({ description: 'A large trade and its place in the list.', simpleResolvers: true })
export class ExchangePrintEdge {
  @Field({ description: 'The place, for `after`.' })
  cursor: string;

  @Field(() => ExchangePrint, { description: 'The trade.' })
  node: ExchangePrint;
}

@ObjectType({ description: 'One page of large trades.', simpleResolvers: true })
export class ExchangePrintConnection {
  @Field(() => [ExchangePrintEdge], { description: 'Newest first.' })
  edges: ExchangePrintEdge[];

  @Field(() => PageInfo, { description: 'Where the page stands in the list.' })
  pageInfo: PageInfo;
}
