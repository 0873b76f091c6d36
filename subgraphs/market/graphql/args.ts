import { DateTimeScalar } from '@spyhop/platform/scalars';
import { ArgsType, Field, ID, Int } from 'type-graphql';
import { AssetFilter, AssetSort } from './asset';
import { CandleInterval, MoversWindow } from './enums';

// Classes, because the order of inline arguments comes out reversed in the schema.

export const MOST_ASSETS = 250;
export const MOST_CANDLES = 1_000;
export const MOST_TRADES = 500;
export const MOST_RANKED = 50;

const AFTER = 'Cursor of the last item seen; null for the start of the list.';

@ArgsType()
export class SymbolArgs {
  @Field(() => ID, { description: 'Ticker in upper case, e.g. BTC.' })
  symbol: string;
}

@ArgsType()
export class SymbolsArgs {
  @Field(() => [ID], { description: 'Tickers in upper case, 1 to 250.' })
  symbols: string[];
}

@ArgsType()
export class AssetsArgs {
  @Field(() => Int, { defaultValue: 50, description: 'Length of the page, 1 to 250.' })
  first: number;

  @Field(() => String, { nullable: true, description: AFTER })
  after?: string | null;

  @Field(() => AssetSort, { nullable: true, description: 'The order; by rank if left out.' })
  sort?: AssetSort | null;

  @Field(() => AssetFilter, { nullable: true, description: 'What to list; all if left out.' })
  filter?: AssetFilter | null;
}

@ArgsType()
export class CandleSeriesArgs extends SymbolArgs {
  @Field(() => CandleInterval, { description: 'Length of the candles.' })
  interval: `${CandleInterval}`;
}

@ArgsType()
export class CandlesArgs extends CandleSeriesArgs {
  @Field(() => Int, { defaultValue: 300, description: 'Length of the page, 1 to 1000.' })
  first: number;

  @Field(() => String, { nullable: true, description: AFTER })
  after?: string | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'Earliest open time, inclusive; unbounded if left out.',
  })
  from?: number | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'Latest open time, exclusive; unbounded if left out.',
  })
  to?: number | null;
}

@ArgsType()
export class TradesArgs extends SymbolArgs {
  @Field(() => Int, { defaultValue: 50, description: 'Length of the page, 1 to 500.' })
  first: number;

  @Field(() => String, { nullable: true, description: AFTER })
  after?: string | null;
}

@ArgsType()
export class MoversArgs {
  @Field(() => MoversWindow, {
    defaultValue: MoversWindow.H24,
    description: 'How far back the change looks.',
  })
  window: MoversWindow;

  @Field(() => Int, { defaultValue: 5, description: 'Length of each of the two lists, 1 to 50.' })
  first: number;
}

@ArgsType()
export class TrendingArgs {
  @Field(() => Int, { defaultValue: 7, description: 'Length of the list, 1 to 50.' })
  first: number;
}

@ArgsType()
export class SearchArgs {
  @Field(() => String, {
    description: 'Part of a symbol or a name, any case, 1 to 64 characters.',
  })
  query: string;

  @Field(() => Int, { defaultValue: 10, description: 'Length of the list, 1 to 50.' })
  first: number;
}
