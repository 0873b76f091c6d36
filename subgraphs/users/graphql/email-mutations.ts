import { Arg, Ctx, Directive, Field, InputType, Mutation, Resolver } from 'type-graphql';
import { readEmail } from '../rules/email';
import { readPassword } from '../rules/password';
import type { UsersContext } from './context';
import { requireSession } from './viewer';

@InputType({ description: 'Another e-mail address.' })
export class ChangeEmailInput {
  @Field({ description: 'Where mail is to go; a link that is sent there must be followed first.' })
  email: string;

  @Field({ description: 'Of the account.' })
  password: string;
}

@Resolver()
export class EmailMutations {
  @Directive('@authenticated')
  @Mutation(() => Boolean, {
    description:
      'Sends a link to the new address, for verifyEmail; until then nothing changes. True also where the address has an account. Errors REAUTHENTICATION_REQUIRED, SIGN_IN_FAILED for a wrong password, RATE_LIMITED, INVALID_INPUT.',
  })
  async changeEmail(
    @Arg('input', () => ChangeEmailInput, { description: 'The address, and a proof.' })
    input: ChangeEmailInput,
    @Ctx() context: UsersContext,
  ): Promise<boolean> {
    const session = requireSession(context);
    const [email, password] = [readEmail(input.email), readPassword(input.password)];
    await context.emailChanges.request(session, { email, password }, context.client);
    return true;
  }
}
