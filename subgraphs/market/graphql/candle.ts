import { PageInfo } from '@spyhop/platform/page-info';
import { DateTimeScalar, DecimalScalar } from '@spyhop/platform/scalars';
import { Field, ID, Int, ObjectType } from 'type-graphql';
import { endOf } from '../rules/candles';
import type { Candle as CandleState, DecimalText } from '../rules/market-data';
import { CandleInterval } from './enums';

@ObjectType({
  description: 'Open, high, low and close of one stretch of time.',
  simpleResolvers: true,
})
export class Candle {
  @Field(() => ID, { description: 'Ticker of the asset, e.g. BTC.' })
  symbol: string;

  @Field(() => CandleInterval, { description: 'Length of the candle.' })
  interval: CandleState['interval'];

  @Field(() => DateTimeScalar, { description: 'First millisecond of the candle.' })
  openTime: number;

  @Field(() => DateTimeScalar, { description: 'Last millisecond of the candle.' })
  closeTime: number;

  @Field(() => DecimalScalar, { description: 'First price in USD.' })
  open: DecimalText;

  @Field(() => DecimalScalar, { description: 'Highest price in USD.' })
  high: DecimalText;

  @Field(() => DecimalScalar, { description: 'Lowest price in USD.' })
  low: DecimalText;

  @Field(() => DecimalScalar, { description: 'Last price in USD.' })
  close: DecimalText;

  @Field(() => DecimalScalar, { description: 'Traded quantity in units of the asset.' })
  volume: DecimalText;

  @Field(() => DecimalScalar, {
    nullable: true,
    description: 'Traded value in USD; null where the source did not say.',
  })
  quoteVolume: DecimalText | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Number of trades; null where the source did not say.',
  })
  trades: number | null;

  @Field(() => Boolean, { description: 'False while the candle is still forming.' })
  closed: boolean;
}

/** Plain fields, because a page has thousands of them. */
export const candleView = (state: CandleState): Candle => ({
  ...state,
  closeTime: endOf(state) - 1,
});

@ObjectType({ description: 'A candle and its place in the list.', simpleResolvers: true })
export class CandleEdge {
  @Field({ description: 'The place, for `after`.' })
  cursor: string;

  @Field(() => Candle, { description: 'The candle.' })
  node: Candle;
}

@ObjectType({ description: 'One page of candles.', simpleResolvers: true })
export class CandleConnection {
  @Field(() => [CandleEdge], { description: 'Newest first.' })
  edges: CandleEdge[];

  @Field(() => PageInfo, { description: 'Where the page stands in the list.' })
  pageInfo: PageInfo;
}
