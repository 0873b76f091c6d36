import {
  Args,
  ArgsType,
  Ctx,
  Directive,
  Field,
  FieldResolver,
  Float,
  ID,
  ObjectType,
  Resolver,
  Root,
  registerEnumType,
} from 'type-graphql';
import type { AnalyticsContext } from './context';

export enum VolatilityWindow {
  H1 = 'H1',
  H24 = 'H24',
  D7 = 'D7',
  D30 = 'D30',
}
registerEnumType(VolatilityWindow, {
  name: 'VolatilityWindow',
  description: 'How far back a volatility looks.',
  valuesConfig: {
    H1: { description: 'The last hour, from 1-minute closes.' },
    H24: { description: 'The last 24 hours, from 5-minute closes.' },
    D7: { description: 'The last 7 days, from hourly closes.' },
    D30: { description: 'The last 30 days, from hourly closes.' },
  },
});

@ArgsType()
class VolatilityArgs {
  @Field(() => VolatilityWindow, {
    defaultValue: VolatilityWindow.H24,
    description: 'How far back it looks.',
  })
  window: VolatilityWindow;
}

const VOLATILITY_DECIMALS = 6;
const TREND_DECIMALS = 4;

// The market subgraph, which owns the entity, describes it.
@Directive('@key(fields: "symbol")')
@ObjectType({ simpleResolvers: true })
export class Asset {
  @Field(() => ID, { description: 'Ticker in upper case, e.g. BTC.' })
  symbol: string;
}

@Resolver(() => Asset)
export class AssetResolver {
  @FieldResolver(() => Float, {
    nullable: true,
    description:
      'Realised volatility over the window: standard deviation of log returns, annualised, as a ratio (0.65 is 65 %); null with too little history.',
  })
  volatility(
    @Root() { symbol }: Asset,
    @Args() { window }: VolatilityArgs,
    @Ctx() { indicators }: AnalyticsContext,
  ): number | null {
    return rounded(indicators.volatility(symbol, window), VOLATILITY_DECIMALS);
  }

  @FieldResolver(() => Float, {
    nullable: true,
    description:
      'Trend from -1 (strong down) to 1 (strong up): the distance of a fast from a slow moving average, in units of volatility; null with too little history.',
  })
  trend(@Root() { symbol }: Asset, @Ctx() { indicators }: AnalyticsContext): number | null {
    return rounded(indicators.trend(symbol), TREND_DECIMALS);
  }
}

const rounded = (value: number | null, decimals: number): number | null =>
  value === null ? null : Number(value.toFixed(decimals));
