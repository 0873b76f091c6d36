import { DecimalScalar } from '@spyhop/platform/scalars';
import type { Decimal } from 'decimal.js';
import { ArgsType, Field, ID, InputType, Int } from 'type-graphql';
import { WhaleWindow } from './enums';

// Classes, because the order of inline arguments comes out reversed in the schema.

export const MOST_TRANSACTIONS = 200;
export const MOST_RECENT = 50;

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
  @Field(() => Int, { defaultValue: 50, description: 'Length of the page, 1 to 200.' })
  first: number;

  @Field(() => String, {
    nullable: true,
    description: 'Cursor of the last item seen; null for the start of the list.',
  })
  after?: string | null;
}

@ArgsType()
export class WhaleMovedArgs extends FilterArgs {
  @Field(() => ID, {
    nullable: true,
    description:
      '`cursor` of the last transaction that was seen, or its id: all that were stored after it come first. From now on if left out.',
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
