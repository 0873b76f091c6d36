import { DateTimeScalar, DecimalScalar } from '@spyhop/platform/scalars';
import { Field, ID, Int, ObjectType } from 'type-graphql';
import type { Direction } from '../rules/direction';
import { explain } from '../rules/folding/explain';
import { type Fold, type FoldReason as Reason, directionOfFold } from '../rules/folding/fold';
import { idOf } from '../rules/whale';
import { FoldReason, WhaleDirection } from './enums';

@ObjectType({
  description:
    'Several transactions that are one event. Lists show its head; where money is only passed on, its figures count it once.',
  simpleResolvers: true,
})
export class WhaleFold {
  constructor(readonly stored: Fold) {
    this.id = idOf(stored);
    this.reason = stored.reason;
    this.memberCount = stored.members;
    this.symbol = stored.symbol;
    this.amount = stored.amount;
    this.usd = stored.usd;
    this.firstTime = stored.firstTime;
    this.lastTime = stored.lastTime;
  }

  @Field(() => ID, { description: 'Of its head, the transaction that lists show.' })
  id: string;

  @Field(() => FoldReason, { description: 'Why they are one event.' })
  reason: Reason;

  @Field({ description: 'A sentence for people: why, with the numbers.' })
  get explanation(): string {
    return explain(this.stored);
  }

  @Field(() => Int, { description: 'How many transactions it is made of, its head included.' })
  memberCount: number;

  @Field({ description: 'Ticker of the one asset that they move.' })
  symbol: string;

  @Field(() => DecimalScalar, { description: 'What it moved in all, in units of the asset.' })
  amount: string;

  @Field(() => DecimalScalar, {
    nullable: true,
    description: 'What that was worth when it moved, in USD; null where nobody knows a price.',
  })
  usd: string | null;

  @Field(() => WhaleDirection, {
    description: 'From where it began to where it ended, seen from the exchanges.',
  })
  get direction(): Direction {
    return directionOfFold(this.stored);
  }

  @Field(() => DateTimeScalar, { description: 'Of its earliest transaction.' })
  firstTime: number;

  @Field(() => DateTimeScalar, { description: 'Of its latest transaction.' })
  lastTime: number;
}
