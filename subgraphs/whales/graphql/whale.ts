import { PageInfo } from '@spyhop/platform/page-info';
import { DateTimeScalar, DecimalScalar } from '@spyhop/platform/scalars';
import type { WhaleLeg as Leg, WhaleParty as Party } from '@spyhop/platform/topics';
import { Ctx, Directive, Field, ID, Int, ObjectType } from 'type-graphql';
import { amountText } from '../rules/amounts';
import { type Direction, directionOf } from '../rules/direction';
import { sumOfKnown } from '../rules/exact';
import { shareOf, unitsOf } from '../rules/shares';
import { UNSAID } from '../rules/status';
import { walletIdOf } from '../rules/wallet';
import { isOnMarket } from '../rules/valuation';
import { type WhaleTransaction as Stored, idOf } from '../rules/whale';
import { Asset } from './asset';
import type { WhalesContext } from './context';
import { WhaleFold } from './fold';
import { OwnerKind, UsdBasis, WhaleDirection, WhaleLegKind, WhaleStatus } from './enums';

@ObjectType({
  description: 'A wallet that takes part, as far as it is known.',
  simpleResolvers: true,
})
export class WhaleParty {
  constructor(
    /** Of the transaction that it takes part in. */
    readonly chain: string,
    { address, owner, ownerKind }: Party,
    amount: string | null = null,
  ) {
    this.amount = amount;
    this.address = address;
    this.owner = owner;
    this.ownerKind = ownerKind;
  }

  @Field(() => String, {
    nullable: true,
    description: 'Its address; null where the source names none, or several as one.',
  })
  address: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Who is said to own it, e.g. binance: by its source, or by the best label when it was stored; null where nobody says.',
  })
  owner: string | null;

  @Field(() => OwnerKind, { description: 'What kind of owner that is.' })
  ownerKind: Party['ownerKind'];

  @Field(() => DecimalScalar, {
    nullable: true,
    description:
      "What reached it, or what left it with its part of the network's fee, in units of the asset; null where several share an amount and nobody says who had how much, and for the sides of a fold.",
  })
  amount: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'The wallet, as chain and address; null without an address.',
  })
  get walletId(): string | null {
    return this.address === null ? null : walletIdOf({ chain: this.chain, address: this.address });
  }
}

const partiesOf = (chain: string, side: readonly Party[], leg: Leg): WhaleParty[] =>
  side.map((party) => {
    const share = shareOf(party, side, leg);
    return new WhaleParty(chain, party, share === null ? null : unitsOf(share, leg));
  });

@ObjectType({ description: 'What a transaction moved of one asset.', simpleResolvers: true })
export class WhaleLeg {
  constructor(
    chain: string,
    private readonly leg: Leg,
  ) {
    this.symbol = leg.symbol;
    this.kind = leg.kind;
    this.decimals = leg.decimals;
    this.usd = leg.usd;
    this.usdBasis = leg.usdBasis;
    this.from = partiesOf(chain, leg.from, leg);
    this.to = partiesOf(chain, leg.to, leg);
  }

  @Field({ description: 'Ticker in upper case, e.g. USDT; also of assets that are not tracked.' })
  symbol: string;

  @Field(() => Asset, { nullable: true, description: 'The asset; null where it is not tracked.' })
  get asset(): Asset | null {
    return isOnMarket(this.leg) ? { symbol: this.leg.symbol } : null;
  }

  @Field(() => WhaleLegKind, { description: 'What happened to the amount.' })
  kind: Leg['kind'];

  @Field(() => DecimalScalar, { description: 'In units of the asset, every digit.' })
  get amount(): string {
    return amountText(this.leg);
  }

  @Field(() => Int, { description: 'Decimals that the amount was told with, 0 to 36.' })
  decimals: number;

  @Field(() => DecimalScalar, {
    nullable: true,
    description: 'What it was worth when it moved, in USD; null where nobody knows a price.',
  })
  usd: string | null;

  @Field(() => UsdBasis, {
    nullable: true,
    description: 'What the figure in USD comes from; null where there is none.',
  })
  usdBasis: Leg['usdBasis'];

  @Field(() => DateTimeScalar, {
    nullable: true,
    description:
      'Since when the largest of the coins that it spends had not moved; null where the source does not tell, or the chain has no coins.',
  })
  get coinsSince(): number | null {
    return this.leg.coinsSince ?? null;
  }

  @Field(() => [WhaleParty], { description: 'Where it came from; empty where it was made.' })
  from: WhaleParty[];

  @Field(() => [WhaleParty], { description: 'Where it went; empty where it was destroyed.' })
  to: WhaleParty[];
}

@Directive('@key(fields: "id")')
@ObjectType({
  description: 'A transaction on a chain that moved much, once however many sources have seen it.',
  simpleResolvers: true,
})
export class WhaleTransaction {
  constructor(private readonly stored: Stored) {
    this.id = idOf(stored);
    this.cursor = String(stored.position);
    this.chain = stored.chain;
    this.hash = stored.hash;
    this.time = stored.time;
    this.sources = stored.sources;
    this.status = stored.state.status;
    this.confirmations = stored.state.confirmations;
  }

  @Field(() => ID, {
    description: 'Chain and hash, e.g. bitcoin:4a5e….',
  })
  id: string;

  @Field(() => ID, {
    description:
      'Its place in the order in which transactions are told, for `after` of `whaleMoved`.',
  })
  cursor: string;

  @Field({ description: 'The chain in lower case, e.g. bitcoin.' })
  chain: string;

  @Field({ description: 'As explorers of the chain have it.' })
  hash: string;

  @Field(() => DateTimeScalar, { description: 'Of its block, or when it was first seen.' })
  time: number;

  @Field(() => [WhaleLeg], { description: 'What it moved, of each asset.' })
  get legs(): WhaleLeg[] {
    return this.stored.legs.map((leg) => new WhaleLeg(this.chain, leg));
  }

  @Field(() => DecimalScalar, {
    nullable: true,
    description: 'What all of it was worth when it moved, in USD; null where nobody knows a price.',
  })
  get usd(): string | null {
    return sumOfKnown(this.stored.legs.map((leg) => leg.usd));
  }

  @Field(() => WhaleDirection, {
    description: 'Where it moves something, seen from the exchanges.',
  })
  get direction(): Direction {
    return directionOf(this.stored.legs);
  }

  @Field(() => WhaleFold, {
    nullable: true,
    description: 'The event that it is a part of, with others; null where it stands alone.',
  })
  get fold(): WhaleFold | null {
    return this.stored.fold && new WhaleFold(this.stored.fold);
  }

  @Field(() => WhaleStatus, {
    description:
      'What has become of it. With each change it comes again in `whaleMoved`; lists leave out what was replaced, dropped or retracted.',
  })
  status: Stored['state']['status'];

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'When its source learned what has become of it; null where none has said so.',
  })
  get statusAt(): number | null {
    const { at } = this.stored.state;
    return at === UNSAID.at ? null : at;
  }

  @Field(() => Int, {
    nullable: true,
    description:
      'Blocks from the one that holds it on, when its status was told; null where nobody has counted.',
  })
  confirmations: number | null;

  @Field(() => ID, {
    nullable: true,
    description: 'Id of the one that took its place; null where there is none, or it is not known.',
  })
  get replacedBy(): string | null {
    const { chain, state } = this.stored;
    return state.replacedBy === null ? null : idOf({ chain, hash: state.replacedBy });
  }

  @Field(() => [String], { description: 'Who has seen it, the first one first, e.g. whale-alert.' })
  sources: string[];

  @Field(() => String, {
    nullable: true,
    description:
      'Its page in a block explorer; null for a simulated one, and for chains without one.',
  })
  explorerUrl(@Ctx() { chains }: WhalesContext): string | null {
    const isSimulated = this.stored.sources.includes('simulated');
    return isSimulated ? null : chains.transactionUrl(this.stored);
  }
}

@ObjectType({ description: 'A transaction and its place in the list.', simpleResolvers: true })
export class WhaleTransactionEdge {
  @Field({ description: 'The place, for `after`.' })
  cursor: string;

  @Field(() => WhaleTransaction, { description: 'The transaction.' })
  node: WhaleTransaction;
}

@ObjectType({ description: 'One page of large transactions.', simpleResolvers: true })
export class WhaleTransactionConnection {
  @Field(() => [WhaleTransactionEdge], { description: 'Newest first.' })
  edges: WhaleTransactionEdge[];

  @Field(() => PageInfo, { description: 'Where the page stands in the list.' })
  pageInfo: PageInfo;
}
