import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { WhalesContext } from './context';
import { WalletLabel } from './label';
import { Wallet } from './wallet';
import { WhaleParty } from './whale';

/** What sources say of wallets: the same for all viewers. */
@Resolver(() => Wallet)
export class WalletLabelResolver {
  @FieldResolver(() => [WalletLabel], {
    description:
      'All that sources say of it, also where they disagree; what counts first: by confidence, then date, then source.',
  })
  labels(@Root() wallet: Wallet, @Ctx() { labelsOf }: WhalesContext): Promise<WalletLabel[]> {
    return labelsOf(wallet);
  }

  @FieldResolver(() => WalletLabel, {
    nullable: true,
    description: 'What counts of what sources say; null where they say nothing.',
  })
  async label(
    @Root() wallet: Wallet,
    @Ctx() { labelsOf }: WhalesContext,
  ): Promise<WalletLabel | null> {
    return (await labelsOf(wallet))[0] ?? null;
  }
}

/** The same of those who take part in a transaction, as of now: also of transactions stored before the label. */
@Resolver(() => WhaleParty)
export class PartyLabelResolver {
  @FieldResolver(() => WalletLabel, {
    nullable: true,
    description:
      'What counts now of what sources say of its address, whenever the transaction was; null where they say nothing.',
  })
  async label(
    @Root() { chain, address }: WhaleParty,
    @Ctx() { labelsOf }: WhalesContext,
  ): Promise<WalletLabel | null> {
    return address === null ? null : ((await labelsOf({ chain, address }))[0] ?? null);
  }
}
