import { DecimalScalar } from '@spyhop/platform/scalars';
import type { Decimal } from 'decimal.js';
import { ArgsType, Field, ID, InputType } from 'type-graphql';
import { After, First } from './args';

@InputType({ description: 'Which large trades; all of what is given must hold.' })
export class ExchangePrintFilter {
  @Field(() => [ID], {
    nullable: true,
    description: 'Tickers of what was traded, at most 50; any if left out.',
  })
  symbols?: string[] | null;

  @Field(() => DecimalScalar, {
    nullable: true,
    description: 'What was paid at least, in USD; anything that is large if left out.',
  })
  minUsd?: Decimal | null;
}

@ArgsType()
export class ExchangePrintedArgs {
  @Field(() => ExchangePrintFilter, {
    nullable: true,
    description: 'Which ones; all if left out.',
  })
  filter?: ExchangePrintFilter | null;
}

@ArgsType()
export class ExchangePrintsArgs extends ExchangePrintedArgs {
  @First first: number;
  @After after?: string | null;
}
