import { DecimalScalar } from '@spyhop/platform/scalars';
import { Directive, Field, ID, Int, ObjectType } from 'type-graphql';
import { type WalletKey, walletIdOf } from '../rules/wallet';
import { Asset } from './asset';
import { OwnerKind } from './enums';

@ObjectType({
  description:
    'What large transactions were seen to bring a wallet of one asset, and to take from it; never all that it has.',
  simpleResolvers: true,
})
export class WalletBalance {
  @Field({ description: 'Ticker in upper case, e.g. USDT; also of assets that are not tracked.' })
  symbol: string;

  @Field(() => Asset, { nullable: true, description: 'The asset; null where it is not tracked.' })
  asset: Asset | null;

  @Field(() => DecimalScalar, { description: 'Received, in units of the asset.' })
  received: string;

  @Field(() => DecimalScalar, { description: 'Sent, in units of the asset.' })
  sent: string;

  @Field(() => DecimalScalar, { description: 'Received less sent, in units of the asset.' })
  net: string;

  @Field(() => DecimalScalar, { description: 'Received, in USD when it moved.' })
  receivedUsd: string;

  @Field(() => DecimalScalar, { description: 'Sent, in USD when it moved.' })
  sentUsd: string;

  @Field(() => Int, {
    description:
      'Transactions that it shared with other wallets on its side, of which nobody says who had how much; they are in no amount here.',
  })
  shared: number;
}

@ObjectType({
  description: 'A wallet that another one has dealt with in large transactions.',
  simpleResolvers: true,
})
export class WalletCounterparty {
  @Field({ description: 'Its address, on the same chain.' })
  address: string;

  @Field(() => String, {
    nullable: true,
    description: 'Who is said to own it, e.g. binance; null where nobody says.',
  })
  owner: string | null;

  @Field(() => OwnerKind, { description: 'What kind of owner that is.' })
  ownerKind: string;

  @Field(() => Int, { description: 'In how many transactions.' })
  transactions: number;

  @Field(() => DecimalScalar, {
    description:
      'Received from it, in USD when it moved, where the amount between the two is known.',
  })
  receivedUsd: string;

  @Field(() => DecimalScalar, { description: 'Sent to it, likewise.' })
  sentUsd: string;
}

@ObjectType({
  description: 'Large transactions of a wallet in one hour of all weeks.',
  simpleResolvers: true,
})
export class WalletActivityCell {
  @Field(() => Int, { description: 'Day of the week in UTC: 1 is Monday, 7 is Sunday.' })
  weekday: number;

  @Field(() => Int, { description: 'Hour of the day in UTC, 0 to 23.' })
  hour: number;

  @Field(() => Int, { description: 'How many there were.' })
  transactions: number;
}

@Directive('@key(fields: "id")')
@ObjectType({
  description: 'An address on a chain, as far as large transactions have shown it.',
  simpleResolvers: true,
})
export class Wallet implements WalletKey {
  constructor({ chain, address }: WalletKey) {
    this.id = walletIdOf({ chain, address });
    this.chain = chain;
    this.address = address;
  }

  @Field(() => ID, { description: 'Chain and address, e.g. bitcoin:34xp4v…' })
  id: string;

  @Field({ description: 'The chain in lower case, e.g. bitcoin.' })
  chain: string;

  @Field({ description: 'As explorers of the chain have it.' })
  address: string;
}
