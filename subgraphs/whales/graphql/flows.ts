import { checkFirst } from '@spyhop/platform/page-size';
import { DateTimeScalar, DecimalScalar } from '@spyhop/platform/scalars';
import {
  Args,
  ArgsType,
  Ctx,
  Field,
  FieldResolver,
  ID,
  Int,
  ObjectType,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import { FLOW_BUCKETS, type FlowRange, readFlowRange, readSymbol } from '../rules/flow-range';
import type { ExchangeFlows as SeenFlows } from '../store/flows';
import type { WhalesContext } from './context';
import { FLOW_WINDOW_MS, FlowBucket, OwnerKind, WhaleFlowWindow } from './enums';

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
    'What somebody else has recorded to have gone into and out of all exchanges together in an hour or a day, in USD; how much of the asset that was is not known.',
  simpleResolvers: true,
})
export class RecordedFlowBucket {
  @Field(() => DateTimeScalar, { description: 'When the hour or the day (UTC) began.' })
  time: number;

  @Field(() => DecimalScalar, { description: 'What went in, in USD when it moved.' })
  inUsd: string;

  @Field(() => DecimalScalar, { description: 'What went out, in USD when it moved.' })
  outUsd: string;

  @Field(() => DecimalScalar, { description: 'In less out, in USD; negative where more left.' })
  netUsd: string;
}

@ObjectType({
  description: 'Flows of an asset that somebody else has recorded, and that were imported.',
  simpleResolvers: true,
})
export class FlowRecording {
  @Field({ description: 'Where they are from, e.g. import:exchange-flows, an export of Dune.' })
  source: string;

  @Field(() => DateTimeScalar, { description: 'When its first hour began.' })
  from: number;

  @Field(() => DateTimeScalar, { description: 'When its last hour ended.' })
  to: number;
}

@ObjectType({
  description:
    'Flows of an asset into and out of exchanges: those seen here, from large transactions on chains alone, and apart from them those that others have recorded.',
})
export class ExchangeFlows {
  /** Both lists of what was seen come from one query, which is not made for those who ask for none. */
  private seen?: Promise<SeenFlows>;

  constructor(
    readonly asked: { symbol: string; range: FlowRange },
    private readonly readSeen: () => Promise<SeenFlows>,
  ) {}

  @Field(() => [ExchangeFlowBucket], {
    description: 'Seen here, by time, the earliest first; those without any flow are left out.',
  })
  async buckets(): Promise<ExchangeFlowBucket[]> {
    return (await (this.seen ??= this.readSeen())).buckets;
  }

  @Field(() => [ExchangeFlow], {
    description:
      'Seen here, by exchange over all of the time, the largest in and out together first.',
  })
  async exchanges(): Promise<ExchangeFlow[]> {
    return (await (this.seen ??= this.readSeen())).exchanges;
  }
}

@ObjectType({
  description: 'Who has sent to exchanges, or received from them.',
  simpleResolvers: true,
})
export class FlowCounterparty {
  @Field({ description: 'Who, e.g. grayscale; `unknown` for all of whom nobody says.' })
  owner: string;

  @Field(() => OwnerKind, { description: 'What kind of owner that is.' })
  kind: string;

  @Field(() => DecimalScalar, { description: 'Sent and received together, in USD when it moved.' })
  usd: string;

  @Field(() => Int, { description: 'In how many transactions.' })
  transactions: number;
}

@ObjectType({
  description: 'What went from one owner to another, or to all of whom nobody says who they are.',
  simpleResolvers: true,
})
export class WhaleFlowEdge {
  @Field({ description: 'Who sent, e.g. binance; `unknown` where nobody says.' })
  from: string;

  @Field({ description: 'Who received; `unknown` where nobody says.' })
  to: string;

  @Field(() => OwnerKind, { description: 'What kind of owner sent; any exchange is EXCHANGE.' })
  fromKind: string;

  @Field(() => OwnerKind, {
    description: 'What kind of owner received; any exchange is EXCHANGE.',
  })
  toKind: string;

  @Field(() => DecimalScalar, { description: 'How much, in USD when it moved.' })
  usd: string;

  @Field(() => Int, { description: 'In how many transactions.' })
  transactions: number;
}

@ArgsType()
class FlowRecordingsArgs {
  @Field(() => ID, { description: 'Ticker of the asset, e.g. BTC.' })
  symbol: string;
}

@ArgsType()
class RecordedFlowsArgs {
  @Field({ description: 'One of `flowRecordings`, e.g. import:exchange-flows.' })
  source: string;
}

@ArgsType()
class FlowCounterpartiesArgs {
  @Field(() => Int, { defaultValue: 10, description: 'Length of the list, 1 to 50.' })
  first: number;
}

@ArgsType()
class FlowMatrixArgs {
  @Field(() => WhaleFlowWindow, {
    description: 'How far back it looks, from the present hour or day.',
  })
  window: keyof typeof WhaleFlowWindow;

  @Field(() => ID, { nullable: true, description: 'Ticker of one asset; all if left out.' })
  symbol?: string | null;
}

const MOST_COUNTERPARTIES = 50;
const MOST_EDGES = 100;
const NOBODY = 'unknown';

@Resolver(() => ExchangeFlows)
export class FlowResolver {
  @Query(() => ExchangeFlows, {
    description:
      'What went into and out of exchanges. At most 2,232 hours or 1,096 days at once, else INVALID_INPUT.',
  })
  async exchangeFlows(
    @Args() { symbol: given, ...range }: ExchangeFlowsArgs,
    @Ctx() { flows }: WhalesContext,
  ): Promise<ExchangeFlows> {
    const asked = { symbol: readSymbol(given), range: readFlowRange(range) };
    return new ExchangeFlows(asked, () => flows.exchangeFlows(asked.symbol, asked.range));
  }

  @Query(() => [FlowRecording], {
    description: 'Whose records of the flows of an asset were imported, by name.',
  })
  async flowRecordings(
    @Args() { symbol }: FlowRecordingsArgs,
    @Ctx() { recordedFlows }: WhalesContext,
  ): Promise<FlowRecording[]> {
    return recordedFlows.recordings(readSymbol(symbol));
  }

  @FieldResolver(() => [RecordedFlowBucket], {
    description:
      'What a source has recorded of the time asked for, by time, the earliest first; none of it is part of what was seen here, nor the other way round. What a source tells nothing of is left out.',
  })
  async recorded(
    @Root() { asked: { symbol, range } }: ExchangeFlows,
    @Args() { source }: RecordedFlowsArgs,
    @Ctx() { recordedFlows }: WhalesContext,
  ): Promise<RecordedFlowBucket[]> {
    return recordedFlows.buckets(symbol, source, range);
  }

  @FieldResolver(() => [FlowCounterparty], {
    description:
      'Who has dealt with exchanges on the days (UTC) of the time asked for, the largest first. `first` is 1 to 50.',
  })
  async counterparties(
    @Root() { asked: { symbol, range } }: ExchangeFlows,
    @Args() { first }: FlowCounterpartiesArgs,
    @Ctx() { flows }: WhalesContext,
  ): Promise<FlowCounterparty[]> {
    checkFirst(first, MOST_COUNTERPARTIES);
    const found = await flows.counterparties(symbol, range, first);
    return found.map(({ owner, ...total }) => ({ ...total, owner: owner || NOBODY }));
  }

  @Query(() => [WhaleFlowEdge], {
    description: 'Who sent to whom within the window, the 100 largest first.',
  })
  async whaleFlowMatrix(
    @Args() { window, symbol }: FlowMatrixArgs,
    @Ctx() { flows, clock }: WhalesContext,
  ): Promise<WhaleFlowEdge[]> {
    const windowMs = FLOW_WINDOW_MS[window];
    const bucket = windowMs > FLOW_WINDOW_MS.H24 ? 'DAY' : 'HOUR';
    const { ms } = FLOW_BUCKETS[bucket];
    const from = Math.floor((clock() - windowMs) / ms) * ms;
    const wanted = { symbol: symbol == null ? null : readSymbol(symbol), bucket, from } as const;
    const edges = await flows.edges(wanted, MOST_EDGES);
    return edges.map((edge) => ({ ...edge, from: edge.from || NOBODY, to: edge.to || NOBODY }));
  }
}
