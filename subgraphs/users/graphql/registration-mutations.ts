import { Arg, Ctx, Field, InputType, Mutation, Resolver } from 'type-graphql';
import { readEmail } from '../rules/email';
import { readNewPassword } from '../rules/password';
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
      'Sends a link to the address, which makes the account. True also where the address has one, which only its mailbox learns. Errors INVALID_INPUT, PASSWORD_REFUSED.',
  })
  async register(
    @Arg('input', () => RegisterInput, { description: 'Who wants an account.' })
    input: RegisterInput,
    @Ctx() { registration }: UsersContext,
  ): Promise<boolean> {
    await registration.register({
      email: readEmail(input.email),
      password: readNewPassword(input.password),
      displayName: readDisplayName(input.displayName),
    });
    return true;
  }

  @Mutation(() => Boolean, {
    description: 'Makes the account whose link it is; sign in then. Error LINK_INVALID.',
  })
  async verifyEmail(
    @Arg('token', () => String, { description: 'What follows `token=` in the link.' })
    token: string,
    @Ctx() { registration }: UsersContext,
  ): Promise<boolean> {
    await registration.verify(token);
    return true;
  }
}
