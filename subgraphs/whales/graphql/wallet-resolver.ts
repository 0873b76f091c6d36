import { notFound } from '@spyhop/platform/errors';
import { checkFirst } from '@spyhop/platform/page-size';
import { DateTimeScalar } from '@spyhop/platform/scalars';
import {
  Args,
  ArgsType,
  Ctx,
  Field,
  FieldResolver,
  Int,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import { decodeCursor } from '../rules/cursor';
import { readWallet, readWalletId } from '../rules/wallet';
import { MOST_PER_PAGE, PageArgs } from './args';
import type { WhalesContext } from './context';
import { connectionOf, transactionEdge } from './connection';
import { Wallet, WalletActivityCell, WalletBalance, WalletCounterparty } from './wallet';
import { WhaleTransactionConnection } from './whale';

const MOST_COUNTERPARTIES = 100;

@ArgsType()
export class WalletArgs {
  @Field({ description: 'The chain, e.g. bitcoin.' })
  chain: string;

  @Field({ description: 'As explorers of the chain have it.' })
  address: string;
}

@ArgsType()
class CounterpartiesArgs {
  @Field(() => Int, { defaultValue: 10, description: 'Length of the list, 1 to 100.' })
  first: number;
}

@Resolver(() => Wallet)
export class WalletResolver {
  @Query(() => Wallet, {
    nullable: true,
    description:
      'A wallet, also one that was never seen. Error INVALID_INPUT for what can be no address of the chain, NOT_FOUND for a chain that nothing is known of.',
  })
  async wallet(
    @Args() asked: WalletArgs,
    @Ctx() { wallets, chains }: WhalesContext,
  ): Promise<Wallet | null> {
    const key = readWallet(asked, chains);
    const isKnown = chains.isKnown(key.chain) || (await wallets.hasSeen(key.chain));
    if (!isKnown) throw notFound('chain', key.chain);
    return new Wallet(key);
  }

  @FieldResolver(() => String, {
    nullable: true,
    description:
      'Its page in a block explorer; null while what is shown is simulated, and for chains without one.',
  })
  async explorerUrl(
    @Root() wallet: Wallet,
    @Ctx() { isSimulated, chains }: WhalesContext,
  ): Promise<string | null> {
    return (await isSimulated()) ? null : chains.addressUrl(wallet);
  }

  @FieldResolver(() => DateTimeScalar, {
    nullable: true,
    description:
      'When its first large transaction moved, of those that are kept (WHALE_KEEP_DAYS); null where there is none.',
  })
  async firstSeen(@Root() wallet: Wallet, @Ctx() { walletOf }: WhalesContext) {
    return (await walletOf.summary(wallet)).firstSeen;
  }

  @FieldResolver(() => DateTimeScalar, {
    nullable: true,
    description: 'When its last large transaction moved; null where none is kept.',
  })
  async lastSeen(@Root() wallet: Wallet, @Ctx() { walletOf }: WhalesContext) {
    return (await walletOf.summary(wallet)).lastSeen;
  }

  @FieldResolver(() => Int, { description: 'In how many large transactions it took part.' })
  async transactionCount(@Root() wallet: Wallet, @Ctx() { walletOf }: WhalesContext) {
    return (await walletOf.summary(wallet)).transactions;
  }

  @FieldResolver(() => [WalletBalance], {
    description:
      'What it was seen to receive and to send, by asset, the largest first, at most 100.',
  })
  async balances(
    @Root() wallet: Wallet,
    @Ctx() { walletOf }: WhalesContext,
  ): Promise<WalletBalance[]> {
    const balances = await walletOf.balances(wallet);
    return balances.map((each) => ({ ...each, asset: { symbol: each.symbol } }));
  }

  @FieldResolver(() => [WalletCounterparty], {
    description: 'Whom it has dealt with, those of the largest sums first. `first` is 1 to 100.',
  })
  counterparties(
    @Root() wallet: Wallet,
    @Args() { first }: CounterpartiesArgs,
    @Ctx() { walletOf }: WhalesContext,
  ): Promise<WalletCounterparty[]> {
    checkFirst(first, MOST_COUNTERPARTIES);
    return walletOf.counterparties(wallet, first);
  }

  @FieldResolver(() => [WalletActivityCell], {
    description: 'Its transactions by the hour of the week; hours without any are left out.',
  })
  activity(
    @Root() wallet: Wallet,
    @Ctx() { walletOf }: WhalesContext,
  ): Promise<WalletActivityCell[]> {
    return walletOf.activity(wallet);
  }

  @FieldResolver(() => WhaleTransactionConnection, {
    description: 'Its large transactions, newest first. `first` is 1 to 200.',
  })
  async transactions(
    @Root() wallet: Wallet,
    @Args() { first, after }: PageArgs,
    @Ctx() { walletOf }: WhalesContext,
  ): Promise<WhaleTransactionConnection> {
    checkFirst(first, MOST_PER_PAGE);
    const place = after ? decodeCursor(after) : null;
    const found = await walletOf.transactions(wallet, { after: place, limit: first + 1 });
    return connectionOf(found, first, place !== null, transactionEdge);
  }
}

/** The entity behind a representation, also of a wallet that was never seen; null for what is no id. */
export function resolveWalletReference(
  { id }: { id: string },
  { chains }: Pick<WhalesContext, 'chains'>,
): Wallet | null {
  const key = readWalletId(id, chains);
  return key && new Wallet(key);
}
