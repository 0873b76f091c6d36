import { invalidInput } from '@spyhop/platform/errors';
import { Args, ArgsType, Directive, Field, ID, ObjectType, Query, Resolver } from 'type-graphql';
import { readAddress, readChain } from '../rules/addresses';
import { type WalletKey, walletIdOf } from '../rules/labels';

@Directive('@key(fields: "id")')
@ObjectType({
  description: 'An address of a chain, and what is known of it.',
  simpleResolvers: true,
})
export class Wallet {
  constructor({ chain, address }: WalletKey) {
    this.id = walletIdOf({ chain, address });
    this.chain = chain;
    this.address = address;
  }

  @Field(() => ID, { description: 'Chain and address, e.g. bitcoin:34xp…' })
  id: string;

  @Field({ description: 'The chain in lower case, e.g. bitcoin.' })
  chain: string;

  @Field({ description: 'As everybody writes it: in lower case where the case says nothing.' })
  address: string;
}

@ArgsType()
export class WalletArgs {
  @Field({ description: 'The chain, e.g. bitcoin.' })
  chain: string;

  @Field({ description: 'The address on it.' })
  address: string;
}

@Resolver()
export class WalletResolver {
  @Query(() => Wallet, {
    nullable: true,
    description: 'A wallet, also one that nothing is known of. Error INVALID_INPUT.',
  })
  wallet(@Args() args: WalletArgs): Wallet {
    return new Wallet(readWallet(args));
  }
}

/** Throws INVALID_INPUT for what can be no wallet. */
export function readWallet({ chain: text, address: given }: WalletKey): WalletKey {
  const chain = readChain(text.trim());
  const address = chain === null ? null : readAddress(chain, given.trim());
  if (chain === null) throw invalidInput('`chain` is a name like bitcoin or ethereum.');
  if (address === null) throw invalidInput(`\`address\` is no address of ${chain}.`);
  return { chain, address };
}

/** The entity behind a representation; null for what can be none. */
export function resolveWalletReference({ id }: { id: string }): Wallet | null {
  const at = id.indexOf(':');
  const chain = readChain(id.slice(0, Math.max(at, 0)));
  const address = chain === null ? null : readAddress(chain, id.slice(at + 1));
  return chain === null || address === null ? null : new Wallet({ chain, address });
}
