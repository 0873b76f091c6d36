import { DateTimeScalar, DecimalScalar } from '@spyhop/platform/scalars';
import { Field, ID, Int, ObjectType } from 'type-graphql';
import { endOf } from '../rules/candles';
import type { Candle as CandleState, DecimalText } from '../rules/market-data';
import { CandleInterval } from './enums';
import { PageInfo } from './page-info';

@ObjectType({
  description: 'Open, high, low and close of one stretch of time.',
  simpleResolvers: true,
})
export class Candle {
  constructor(private readonly state: CandleState) {}

  @Field(() => ID, { description: 'Ticker of the asset, e.g. BTC.' })
  get symbol(): string {
    return this.state.symbol;
  }

  @Field(() => CandleInterval, { description: 'Length of the candle.' })
  get interval(): CandleState['interval'] {
    return this.state.interval;
  }

  @Field(() => DateTimeScalar, { description: 'First millisecond of the candle.' })
  get openTime(): number {
    return this.state.openTime;
  }

  @Field(() => DateTimeScalar, { description: 'Last millisecond of the candle.' })
  get closeTime(): number {
    return endOf(this.state) - 1;
  }

  @Field(() => DecimalScalar, { description: 'First price in USD.' })
  get open(): DecimalText {
    return this.state.open;
  }

  @Field(() => DecimalScalar, { description: 'Highest price in USD.' })
  get high(): DecimalText {
    return this.state.high;
  }

  @Field(() => DecimalScalar, { description: 'Lowest price in USD.' })
  get low(): DecimalText {
    return this.state.low;
  }

  @Field(() => DecimalScalar, { description: 'Last price in USD.' })
  get close(): DecimalText {
    return this.state.close;
  }

  @Field(() => DecimalScalar, { description: 'Traded quantity in units of the asset.' })
  get volume(): DecimalText {
    return this.state.volume;
  }

  @Field(() => DecimalScalar, {
    nullable: true,
    description: 'Traded value in USD; null where the source did not say.',
  })
  get quoteVolume(): DecimalText | null {
    return this.state.quoteVolume;
  }

  @Field(() => Int, {
    nullable: true,
    description: 'Number of trades; null where the source did not say.',
  })
  get trades(): number | null {
    return this.state.trades;
  }

  @Field(() => Boolean, { description: 'False while the candle is still forming.' })
  get closed(): boolean {
    return this.state.closed;
  }
}

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
