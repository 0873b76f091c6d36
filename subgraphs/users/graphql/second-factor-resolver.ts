import { SpyhopError } from '@spyhop/platform/errors';
import { Ctx, Directive, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import type { UsersContext } from './context';
import { SecondFactor, passkeyView } from './second-factor';
import { User } from './user';
import { requireSession } from './viewer';

/** The second factor of an account, which its owner sees. */
@Resolver(() => User)
export class SecondFactorResolver {
  @Directive('@authenticated')
  @FieldResolver(() => SecondFactor, {
    nullable: true,
    description: 'What proves who they are besides the password; null for anybody but them.',
  })
  async secondFactor(
    @Root() { id }: User,
    @Ctx() { secondFactors, passkeys }: UsersContext,
  ): Promise<SecondFactor> {
    const [{ totp, recoveryCodes }, own] = await Promise.all([
      secondFactors.of(id),
      passkeys.list(id),
    ]);
    return Object.assign(new SecondFactor(), {
      totp,
      passkeys: own.map(passkeyView),
      recoveryCodesLeft: recoveryCodes,
    });
  }

  @Directive('@authenticated')
  @Mutation(() => [String], {
    description:
      'Ten recovery codes in place of all before, shown this once. Errors REAUTHENTICATION_REQUIRED, and NOT_FOUND without a second factor.',
  })
  async renewRecoveryCodes(@Ctx() context: UsersContext): Promise<string[]> {
    const viewer = requireSession(context);
    const codes = await context.secondFactors.renewRecoveryCodes(viewer, context.client);
    if (codes) return codes;
    throw new SpyhopError('NOT_FOUND', 'Set up an app or a passkey first; codes stand in for it.');
  }
}
