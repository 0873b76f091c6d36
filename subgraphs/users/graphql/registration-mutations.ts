import { SpyhopError } from '@spyhop/platform/errors';
import { Arg, Ctx, Field, InputType, Mutation, Resolver } from 'type-graphql';
import { readEmail } from '../rules/email';
import { readNewPassword, readPassword } from '../rules/password';
import { readDisplayName } from '../rules/user';
import type { UsersContext } from './context';

@InputType({ description: 'A new account.' })
export class RegisterInput {
  @Field({ description: 'Where mail goes; a link that is sent there must be followed first.' })
  email: string;

  @Field({ description: '12 to 128 characters, of any kind, that are not easy to guess.' })
  password: string;

  @Field({ description: 'As they want to be called, 1 to 64 characters.' })
  displayName: string;
}

@Resolver()
export class RegistrationMutations {
  @Mutation(() => Boolean, {
    description:
      'Sends a link to the address, which makes the account. True also where the address has one, which only its mailbox learns. Errors INVALID_INPUT, PASSWORD_REFUSED, RATE_LIMITED.',
  })
  async register(
    @Arg('input', () => RegisterInput, { description: 'Who wants an account.' })
    input: RegisterInput,
    @Ctx() { registration, client }: UsersContext,
  ): Promise<boolean> {
    const account = {
      email: readEmail(input.email),
      password: readNewPassword(input.password),
      displayName: readDisplayName(input.displayName),
    };
    await registration.register(account, client);
    return true;
  }

  @Mutation(() => Boolean, {
    description:
      'Does what a mailed link is for: makes the account, to which one signs in then, or gives it its new address. Errors LINK_INVALID, and SIGN_IN_FAILED for another password, RATE_LIMITED, after which the link is still good.',
  })
  async verifyEmail(
    @Arg('token', () => String, { description: 'What follows `token=` in the link.' })
    token: string,
    @Arg('password', () => String, {
      nullable: true,
      description: 'That was chosen when registering; for a new address of an account left out.',
    })
    password: string | null | undefined,
    @Ctx() { registration, emailChanges, client }: UsersContext,
  ): Promise<boolean> {
    const chosen = password == null ? null : readPassword(password);
    if (await registration.complete(token, chosen, client)) return true;
    if (await emailChanges.complete(token, client)) return true;
    throw new SpyhopError(
      'LINK_INVALID',
      'The link was used or is too old; sign in, or ask for a new one.',
    );
  }

  @Mutation(() => Boolean, {
    description:
      'Sends another link for the last registration with an address, beside those before, each of which is good for a day. True also where nobody has registered. Errors INVALID_INPUT, RATE_LIMITED.',
  })
  async resendVerification(
    @Arg('email', () => String, { description: 'Where the link is to go.' }) email: string,
    @Ctx() { registration, client }: UsersContext,
  ): Promise<boolean> {
    await registration.resend(readEmail(email), client);
    return true;
  }
}
