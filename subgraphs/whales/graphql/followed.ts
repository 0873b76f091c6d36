import { DateTimeScalar } from '@spyhop/platform/scalars';
import { ArgsType, Field, ID, InputType, ObjectType } from 'type-graphql';
import type { OwnerKind as Kind } from '../rules/labels';
import type { FollowedWallet as Followed } from '../rules/own-wallets';
import { OwnerKind } from './enums';
import { Wallet } from './wallet';

@ObjectType({
  description: 'A wallet that the viewer follows; nobody else knows.',
  simpleResolvers: true,
})
export class FollowedWallet {
  constructor({ id, chain, address, name, group, since }: Followed) {
    this.id = id;
    this.chain = chain;
    this.address = address;
    this.name = name || null;
    this.group = group || null;
    this.since = since;
    this.wallet = new Wallet({ chain, address });
  }

  @Field(() => ID, { description: 'For updateFollowedWallet, unfollowWallet and walletMoved.' })
  id: string;

  @Field({ description: 'The chain in lower case, e.g. bitcoin.' })
  chain: string;

  @Field({ description: 'The address on it.' })
  address: string;

  @Field(() => String, { nullable: true, description: 'As the viewer calls it; null for none.' })
  name: string | null;

  @Field(() => String, { nullable: true, description: 'As the viewer sorts it; null for none.' })
  group: string | null;

  @Field(() => DateTimeScalar, { description: 'When the viewer began to follow it.' })
  since: number;

  @Field(() => Wallet, { description: 'What is known of it.' })
  wallet: Wallet;
}

@InputType({ description: 'What the viewer calls a wallet.' })
export class LabelWalletInput {
  @Field({ description: 'The chain, e.g. bitcoin.' })
  chain: string;

  @Field({ description: 'The address on it.' })
  address: string;

  @Field({ description: 'Its name, 1 to 100 characters.' })
  name: string;

  @Field(() => OwnerKind, {
    nullable: true,
    description: 'What kind of owner it has; OTHER if left out.',
  })
  kind?: Kind | null;

  @Field(() => String, {
    nullable: true,
    description: 'At most 1000 characters, "" for none; stays as it is, or none, if left out.',
  })
  note?: string | null;
}

@InputType({ description: 'A wallet that the viewer is to follow.' })
export class FollowWalletInput {
  @Field({ description: 'The chain, e.g. bitcoin.' })
  chain: string;

  @Field({ description: 'The address on it.' })
  address: string;

  @Field(() => String, { nullable: true, description: 'At most 100 characters; none if left out.' })
  name?: string | null;

  @Field(() => String, { nullable: true, description: 'At most 100 characters; none if left out.' })
  group?: string | null;
}

@InputType({ description: 'What is to be different of a followed wallet.' })
export class FollowedWalletChanges {
  @Field(() => String, {
    nullable: true,
    description: 'At most 100 characters, "" for none; stays if left out.',
  })
  name?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'At most 100 characters, "" for none; stays if left out.',
  })
  group?: string | null;
}

@ArgsType()
export class LabelWalletArgs {
  @Field(() => LabelWalletInput, { description: 'The wallet and what to call it.' })
  input: LabelWalletInput;
}

@ArgsType()
export class FollowWalletArgs {
  @Field(() => FollowWalletInput, { description: 'The wallet and what to call it.' })
  input: FollowWalletInput;
}

@ArgsType()
export class FollowedWalletArgs {
  @Field(() => ID, { description: 'As `wallets` has it.' })
  id: string;
}

@ArgsType()
export class UpdateFollowedWalletArgs extends FollowedWalletArgs {
  @Field(() => FollowedWalletChanges, { description: 'What is to be different.' })
  input: FollowedWalletChanges;
}

@ArgsType()
export class WalletMovedArgs extends FollowedWalletArgs {
  @Field(() => ID, {
    nullable: true,
    description:
      '`cursor` of the last transaction that was seen, or its id: all of the wallet that were stored, or have changed, after it come first. From now on if left out.',
  })
  after?: string | null;
}
