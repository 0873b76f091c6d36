import { PageInfo } from '@spyhop/platform/page-info';
import { DateTimeScalar, DecimalScalar } from '@spyhop/platform/scalars';
import type { Decimal } from 'decimal.js';
import { Directive, Field, Float, ID, InputType, Int, ObjectType } from 'type-graphql';
import { type AssetState, changeOf, marketCapOf, open24hOf } from '../rules/asset';
import type { DecimalText } from '../rules/market-data';
import { AssetSortField, SortDirection } from './enums';

@Directive('@key(fields: "symbol")')
@ObjectType({
  description: "A traded crypto asset, quoted in US dollars through the exchange's USDT pair.",
  simpleResolvers: true,
})
export class Asset {
  constructor(private readonly state: AssetState) {}

  @Field(() => ID, { description: 'Ticker in upper case, e.g. BTC.' })
  get symbol(): string {
    return this.state.info.symbol;
  }

  @Field(() => String, { description: 'Name in full, e.g. Bitcoin.' })
  get name(): string {
    return this.state.info.name;
  }

  @Field(() => String, {
    description: "The exchange's trading pair the prices come from, e.g. BTCUSDT.",
  })
  get pair(): string {
    return this.state.info.pair;
  }

  @Field(() => Int, {
    nullable: true,
    description: 'Rank by market capitalisation, 1 is the largest; null when unknown.',
  })
  get rank(): number | null {
    return this.state.info.rank;
  }

  @Field(() => DecimalScalar, {
    nullable: true,
    description: 'Last traded price in USD; null until the feed has seen one.',
  })
  get price(): DecimalText | null {
    return this.state.last?.price ?? null;
  }

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'When the last price was traded; null until the feed has seen one.',
  })
  get pricedAt(): number | null {
    return this.state.last?.time ?? null;
  }

  @Field(() => Int, {
    description: 'Digits behind the decimal point in which the exchange quotes the price.',
  })
  get priceDecimals(): number {
    return this.state.info.priceDecimals;
  }

  @Field(() => Float, {
    nullable: true,
    description:
      'Price change over the last hour in percent, to 4 decimals; null without history that old.',
  })
  get change1h(): number | null {
    return changeOf(this.state, '1h');
  }

  @Field(() => Float, {
    nullable: true,
    description:
      'Price change over the last 24 hours in percent, to 4 decimals; null without history that old.',
  })
  get change24h(): number | null {
    return changeOf(this.state, '24h');
  }

  @Field(() => Float, {
    nullable: true,
    description:
      'Price change over the last 7 days in percent, to 4 decimals; null without history that old.',
  })
  get change7d(): number | null {
    return changeOf(this.state, '7d');
  }

  @Field(() => DecimalScalar, {
    nullable: true,
    description: 'Traded value over the last 24 hours in USD; null until known.',
  })
  get volume24h(): DecimalText | null {
    return this.state.last?.dayStats?.quoteVolume ?? null;
  }

  @Field(() => DecimalScalar, {
    nullable: true,
    description: 'Lowest price of the last 24 hours in USD; null until known.',
  })
  get low24h(): DecimalText | null {
    return this.state.last?.dayStats?.low ?? null;
  }

  @Field(() => DecimalScalar, {
    nullable: true,
    description: 'Highest price of the last 24 hours in USD; null until known.',
  })
  get high24h(): DecimalText | null {
    return this.state.last?.dayStats?.high ?? null;
  }

  @Field(() => DecimalScalar, {
    nullable: true,
    description: 'Price 24 hours ago in USD; null without history that old.',
  })
  get open24h(): DecimalText | null {
    return open24hOf(this.state);
  }

  @Field(() => DecimalScalar, {
    nullable: true,
    description:
      'Price times circulating supply in USD; the last reported figure where one of them is unknown, null without that.',
  })
  get marketCap(): Decimal | null {
    return marketCapOf(this.state);
  }

  @Field(() => DecimalScalar, {
    nullable: true,
    description: 'Units in circulation; null when unknown.',
  })
  get circulatingSupply(): DecimalText | null {
    return this.state.info.circulatingSupply;
  }

  @Field(() => DecimalScalar, {
    nullable: true,
    description: 'Most units that can ever exist; null when unbounded or unknown.',
  })
  get maxSupply(): DecimalText | null {
    return this.state.info.maxSupply;
  }

  @Field(() => [DecimalScalar], {
    description: 'Hourly closing prices of the last 7 days in USD, oldest first, at most 168.',
  })
  get sparkline7d(): DecimalText[] {
    return this.state.baseline?.sparkline ?? [];
  }
}

@ObjectType({ description: 'An asset and its place in the list.', simpleResolvers: true })
export class AssetEdge {
  @Field({ description: 'The place, for `after`.' })
  cursor: string;

  @Field(() => Asset, { description: 'The asset.' })
  node: Asset;
}

@ObjectType({ description: 'One page of assets.', simpleResolvers: true })
export class AssetConnection {
  @Field(() => [AssetEdge], { description: 'In the order asked for.' })
  edges: AssetEdge[];

  @Field(() => PageInfo, { description: 'Where the page stands in the list.' })
  pageInfo: PageInfo;

  @Field(() => Int, { description: 'Assets that match the filter, on all pages.' })
  totalCount: number;
}

@InputType({ description: 'The order of a list of assets.' })
export class AssetSort {
  @Field(() => AssetSortField, {
    defaultValue: AssetSortField.RANK,
    description: 'What to order by; unknown values come last, equal ones by symbol.',
  })
  field: AssetSortField;

  @Field(() => SortDirection, {
    defaultValue: SortDirection.ASC,
    description: 'Which end comes first.',
  })
  direction: SortDirection;
}

@InputType({
  description:
    'Every given condition must hold; an asset whose figure is unknown does not meet it.',
})
export class AssetFilter {
  @Field(() => [ID], { nullable: true, description: 'Only these symbols, at most 250.' })
  symbols?: string[] | null;

  @Field(() => String, {
    nullable: true,
    description: 'Case-insensitive part of the symbol or the name, at most 64 characters.',
  })
  search?: string | null;

  @Field(() => DecimalScalar, {
    nullable: true,
    description: 'Least market capitalisation in USD.',
  })
  minMarketCap?: Decimal | null;

  @Field(() => DecimalScalar, {
    nullable: true,
    description: 'Least traded value of the last 24 hours in USD.',
  })
  minVolume24h?: Decimal | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Only assets whose 24 h change is at least this many percent.',
  })
  minChange24h?: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'Only assets whose 24 h change is at most this many percent.',
  })
  maxChange24h?: number | null;
}
