import { DateTimeScalar } from '@spyhop/platform/scalars';
import { Field, Float, ObjectType } from 'type-graphql';
import type { WalletLabel as Label } from '../rules/labels';
import { OwnerKind } from './enums';

@ObjectType({
  description: 'What somebody says of a wallet, and who says so.',
  simpleResolvers: true,
})
export class WalletLabel {
  @Field({ description: 'As its source has it, e.g. Binance 14.' })
  name: string;

  @Field(() => String, {
    nullable: true,
    description:
      'Whose the wallet is then, in lower case and the same for all sources, e.g. binance; null where the name tells of nobody.',
  })
  owner: string | null;

  @Field(() => OwnerKind, { description: 'What kind of owner that is.' })
  kind: Label['kind'];

  @Field({ description: 'Who says so, e.g. etherscan-labels; `own` for the viewer.' })
  source: string;

  @Field(() => String, {
    nullable: true,
    description: 'A page on which it can be looked up; null where there is none.',
  })
  sourceUrl: string | null;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'When it was said, at the earliest; null where unknown.',
  })
  date: number | null;

  @Field(() => Float, { description: 'How far it is to be believed, 0 to 1.' })
  confidence: number;

  @Field({ description: "It is the viewer's own, which nobody else sees." })
  isOwn: boolean;
}
