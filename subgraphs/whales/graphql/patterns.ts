import { PageInfo } from '@spyhop/platform/page-info';
import { checkFirst } from '@spyhop/platform/page-size';
import { DateTimeScalar, DecimalScalar } from '@spyhop/platform/scalars';
import {
  Args,
  ArgsType,
  Ctx,
  Field,
  FieldResolver,
  Float,
  ID,
  InputType,
  Int,
  ObjectType,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import {
  decodePatternPlace,
  encodePatternPlace,
  readPatternFilter,
} from '../rules/patterns/pattern-filter';
import type { StoredPattern } from '../store/patterns';
import { MOST_PER_PAGE, PageArgs } from './args';
import { Asset } from './asset';
import { connectionOf } from './connection';
import type { WhalesContext } from './context';
import { WhalePatternRule } from './enums';
import { WhaleTransaction } from './whale';

const MOST_MEMBERS = 50;

@InputType({ description: 'Which patterns; all of what is given must hold.' })
class WhalePatternFilter {
  @Field(() => [ID], {
    nullable: true,
    description: 'Tickers, e.g. BTC, at most 50; any if left out.',
  })
  symbols?: string[] | null;

  @Field(() => [WhalePatternRule], { nullable: true, description: 'Any if left out.' })
  rules?: (keyof typeof WhalePatternRule)[] | null;
}

@ArgsType()
class WhalePatternsArgs extends PageArgs {
  @Field(() => WhalePatternFilter, {
    nullable: true,
    description: 'Which ones; all if left out.',
  })
  filter?: WhalePatternFilter | null;
}

@ArgsType()
class MembersArgs {
  @Field(() => Int, { defaultValue: 10, description: 'Length of the list, 1 to 50.' })
  first: number;
}

@ObjectType({ description: 'A figure that a rule has looked at.', simpleResolvers: true })
export class WhalePatternFigure {
  @Field({
    description: 'What it is, with its unit where it is no bare number, e.g. netUsd, idleDays.',
  })
  name: string;

  @Field(() => DecimalScalar, { description: 'Its value.' })
  value: string;
}

@ObjectType({
  description:
    'Something worth knowing in what large transactions do together, by the rule that has found it.',
  simpleResolvers: true,
})
export class WhalePattern {
  @Field(() => ID, { description: 'The same whenever the same thing is found again.' })
  id: string;

  @Field(() => WhalePatternRule, { description: 'The rule that has found it.' })
  rule: StoredPattern['rule'];

  @Field({ description: 'Ticker in upper case, e.g. USDT; also of assets that are not tracked.' })
  symbol: string;

  @Field(() => DateTimeScalar, {
    description: 'When it first showed; of a spike the beginning of its hour.',
  })
  time: number;

  @Field(() => Float, {
    nullable: true,
    description:
      "How unusual it is by the asset's own history: robust standard deviations above the median, on a scale of logarithms (the modified z-score of Iglewicz and Hoaglin); 3.5 and more is an outlier. Null with fewer than 20 earlier figures.",
  })
  score: number | null;

  @Field({ description: 'A sentence for people: what was found, and what is usual.' })
  explanation: string;

  @Field(() => [WhalePatternFigure], { description: 'The figures that the rule has looked at.' })
  figures: WhalePatternFigure[];
}

@ObjectType({ description: 'A pattern and its place in the list.', simpleResolvers: true })
export class WhalePatternEdge {
  @Field({ description: 'The place, for `after`.' })
  cursor: string;

  @Field(() => WhalePattern, { description: 'The pattern.' })
  node: WhalePattern;
}

@ObjectType({ description: 'One page of patterns.', simpleResolvers: true })
export class WhalePatternConnection {
  @Field(() => [WhalePatternEdge], { description: 'Newest first.' })
  edges: WhalePatternEdge[];

  @Field(() => PageInfo, { description: 'Where the page stands in the list.' })
  pageInfo: PageInfo;
}

@Resolver(() => WhalePattern)
export class PatternResolver {
  @Query(() => WhalePatternConnection, {
    description:
      'Patterns in large transactions, newest first. Where labels name somebody else they are found anew, and are soon those of the owners that are shown. `first` is 1 to 200.',
  })
  async whalePatterns(
    @Args() { filter, first, after }: WhalePatternsArgs,
    @Ctx() { patterns }: WhalesContext,
  ): Promise<WhalePatternConnection> {
    checkFirst(first, MOST_PER_PAGE);
    const place = after ? decodePatternPlace(after) : null;
    // One more, to know whether more follow.
    const found = await patterns.page(readPatternFilter(filter ?? {}), place, first + 1);
    return connectionOf(found, first, place !== null, (node) => ({
      cursor: encodePatternPlace(node),
      node,
    }));
  }

  @FieldResolver(() => Asset, {
    nullable: true,
    description: 'The asset; null where it is not tracked.',
  })
  asset(@Root() { symbol }: WhalePattern): Asset {
    return { symbol };
  }

  @FieldResolver(() => [WhaleTransaction], {
    description: 'Transactions that make it, newest first, at most 50. `first` is 1 to 50.',
  })
  async transactions(
    @Root() { id }: WhalePattern,
    @Args() { first }: MembersArgs,
    @Ctx() { evidenceOf }: WhalesContext,
  ): Promise<WhaleTransaction[]> {
    checkFirst(first, MOST_MEMBERS);
    return (await evidenceOf(id, first)).map((stored) => new WhaleTransaction(stored));
  }
}

@Resolver(() => WhaleTransaction)
export class TransactionPatternResolver {
  @FieldResolver(() => [WhalePattern], {
    description:
      'Patterns that it is a part of, newest first, at most 50; found anew where labels name somebody else.',
  })
  patterns(
    @Root() { id }: WhaleTransaction,
    @Ctx() { patternsOf }: WhalesContext,
  ): Promise<WhalePattern[]> {
    return patternsOf(id);
  }
}
