import { DateTimeScalar, DecimalScalar } from '@spyhop/platform/scalars';
import { Field, Float, Int, ObjectType } from 'type-graphql';
import type { DecimalText } from '../rules/market-data';
import { Asset } from './asset';
import { FeedSource, FeedState, MoversWindow } from './enums';

@ObjectType({ description: 'The whole market at a glance.', simpleResolvers: true })
export class GlobalMarket {
  @Field(() => DecimalScalar, { description: 'Sum of market capitalisations in USD.' })
  marketCap: DecimalText;

  @Field(() => DecimalScalar, { description: 'Traded value of the last 24 hours in USD.' })
  volume24h: DecimalText;

  @Field(() => Float, {
    nullable: true,
    description: 'Change of the market capitalisation over 24 hours in percent; null when unknown.',
  })
  marketCapChange24h: number | null;

  @Field(() => Float, {
    nullable: true,
    description: "Bitcoin's share of the market capitalisation in percent; null when unknown.",
  })
  btcDominance: number | null;

  @Field(() => Float, {
    nullable: true,
    description: "Ether's share of the market capitalisation in percent; null when unknown.",
  })
  ethDominance: number | null;

  @Field(() => Int, { description: 'Number of assets the figures cover.' })
  assets: number;

  @Field(() => DateTimeScalar, { description: 'When the figures were made.' })
  updatedAt: number;
}

@ObjectType({ description: 'The assets whose price moved most.', simpleResolvers: true })
export class Movers {
  @Field(() => MoversWindow, { description: 'How far back the change looks.' })
  window: MoversWindow;

  @Field(() => [Asset], { description: 'Largest rises first.' })
  gainers: Asset[];

  @Field(() => [Asset], { description: 'Largest falls first.' })
  losers: Asset[];
}

@ObjectType({
  description: 'Where the shown data comes from and how fresh it is.',
  simpleResolvers: true,
})
export class FeedStatus {
  @Field(() => FeedSource, { description: 'Where the shown data comes from.' })
  source: `${FeedSource}`;

  @Field(() => FeedState, { description: 'How the feed is doing.' })
  state: `${FeedState}`;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'When the newest tick arrived; null before the first.',
  })
  newestTickAt: number | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description:
      'Market time of the newest tick: differs from its arrival in a replay; null before the first.',
  })
  marketTime: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Milliseconds since the newest tick arrived; null before the first.',
  })
  ageMs: number | null;

  @Field(() => Int, { description: 'Symbols with a price.' })
  symbols: number;

  @Field({ description: 'A sentence for people: what is shown and why.' })
  message: string;
}
