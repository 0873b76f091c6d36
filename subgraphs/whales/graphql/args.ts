import { DecimalScalar } from '@spyhop/platform/scalars';
import type { Decimal } from 'decimal.js';
import { ArgsType, Field, ID, InputType, Int } from 'type-graphql';
import type { Direction } from '../rules/direction';
import type { OwnerKind as Kind } from '../rules/labels';
import { OwnerKind, WhaleDirection, WhalePatternRule, WhaleWindow } from './enums';

// Classes, because the order of inline arguments comes out reversed in the schema.

export const MOST_PER_PAGE = 200;
export const MOST_RECENT = 50;

// Properties of arguments that have a base of their own, which comes first in the schema.

/** How long a page is to be. */
export const First: PropertyDecorator = Field(() => Int, {
  defaultValue: 50,
  description: `Length of the page, 1 to ${MOST_PER_PAGE}.`,
});

/** Where a page is to begin. */
export const After: PropertyDecorator = Field(() => String, {
  nullable: true,
  description: 'Cursor of the last item seen; null for the start of the list.',
});

@InputType({ description: 'Which large transactions; all of what is given must hold.' })
export class WhaleTransactionFilter {
  @Field(() => [ID], {
    nullable: true,
    description: 'Tickers, one of which moved, at most 50; any if left out.',
  })
  assets?: string[] | null;

  @Field(() => [String], {
    nullable: true,
    description: 'Chains, e.g. bitcoin, at most 50; any if left out.',
  })
  chains?: string[] | null;

  @Field(() => DecimalScalar, {
    nullable: true,
    description:
      'What all of it was worth at least, in USD; if left out, also those without a known price.',
  })
  minUsd?: Decimal | null;

  @Field(() => WhalePatternRule, {
    nullable: true,
    description:
      'Those that are part of a pattern of this rule, of one of `assets` where these are given; any if left out. Not for subscriptions, as patterns are found after.',
  })
  pattern?: keyof typeof WhalePatternRule | null;

  @Field(() => [WhaleDirection], {
    nullable: true,
    description: 'Where it moves something, seen from the exchanges; anywhere if left out.',
  })
  directions?: Direction[] | null;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'True for every transaction by itself. Otherwise what is folded is shown by its head, which stands for all of it: `minUsd` and `directions` then ask for the whole fold, `ownerKinds` and `labels` for whom it begins and ends with.',
  })
  raw?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'True for heads of folds alone.' })
  folded?: boolean | null;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'Lists leave out what was replaced, dropped or retracted, unless this is true. Streams tell of every change of status.',
  })
  withdrawn?: boolean | null;

  @Field(() => [OwnerKind], {
    nullable: true,
    description:
      'Kinds of owners, one of which takes part, as they were known when it was stored; any if left out. EXCHANGE finds hot, cold and deposit wallets of exchanges too.',
  })
  ownerKinds?: Kind[] | null;

  @Field(() => [String], {
    nullable: true,
    description:
      'Names of owners, e.g. binance, one of whom takes part, as they were known when it was stored, at most 50; any if left out.',
  })
  labels?: string[] | null;
}

@ArgsType()
class FilterArgs {
  @Field(() => WhaleTransactionFilter, {
    nullable: true,
    description: 'Which ones; all if left out.',
  })
  filter?: WhaleTransactionFilter | null;
}

@ArgsType()
export class WhaleTransactionsArgs extends FilterArgs {
  @First first: number;
  @After after?: string | null;
}

@ArgsType()
export class PageArgs {
  @First first: number;
  @After after?: string | null;
}

@ArgsType()
export class WhaleMovedArgs extends FilterArgs {
  @Field(() => ID, {
    nullable: true,
    description:
      '`cursor` of the last transaction that was seen, or its id: all that were stored, or have changed, after it come first. From now on if left out.',
  })
  after?: string | null;
}

@ArgsType()
export class WhaleTransactionArgs {
  @Field(() => ID, { description: 'Chain and hash, e.g. bitcoin:4a5e…' })
  id: string;
}

@ArgsType()
export class RecentWhalesArgs {
  @Field(() => Int, { defaultValue: 10, description: 'Length of the list, 1 to 50.' })
  first: number;
}

@ArgsType()
export class WhaleActivityArgs {
  @Field(() => WhaleWindow, {
    defaultValue: WhaleWindow.H24,
    description: 'How far back the figures look.',
  })
  window: keyof typeof WhaleWindow;
}
