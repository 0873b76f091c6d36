import { Arg, Ctx, Directive, Field, InputType, Mutation, Resolver } from 'type-graphql';
import { readEmail } from '../rules/email';
import { readNewPassword, readPassword } from '../rules/password';
import type { UsersContext } from './context';
import { keepDevice } from './device-cookie';
import { requireSession } from './viewer';

@InputType({ description: 'Another password.' })
export class ChangePasswordInput {
  @Field({ description: 'The one until now.' })
  currentPassword: string;

  @Field({ description: '12 to 128 characters, of any kind, that are not easy to guess.' })
  newPassword: string;
}

@Resolver()
export class PasswordMutations {
  @Mutation(() => Boolean, {
    description:
      'Sends a link to set a new password. True also where the address has no account. Errors INVALID_INPUT, RATE_LIMITED.',
  })
  async requestPasswordReset(
    @Arg('email', () => String, { description: 'Of the account.' }) email: string,
    @Ctx() { passwordChanges, client }: UsersContext,
  ): Promise<boolean> {
    await passwordChanges.requestReset(readEmail(email), client);
    return true;
  }

  @Mutation(() => Boolean, {
    description:
      'Sets a new password, ends all sessions, and removes the second factors and API keys that were added within the last 7 days. Errors LINK_INVALID, INVALID_INPUT, PASSWORD_REFUSED, RATE_LIMITED, after which the link is still good.',
  })
  async resetPassword(
    @Arg('token', () => String, { description: 'What follows `token=` in the link.' })
    token: string,
    @Arg('newPassword', () => String, {
      description: '12 to 128 characters, of any kind, that are not easy to guess.',
    })
    newPassword: string,
    @Ctx() { passwordChanges, client, exchange }: UsersContext,
  ): Promise<boolean> {
    const password = readNewPassword(newPassword, 'newPassword');
    // Whoever has the mailbox may sign in here, however often strangers have tried.
    const device = client.device ?? keepDevice(exchange);
    await passwordChanges.reset(token, password, { ...client, device });
    return true;
  }

  @Directive('@authenticated')
  @Mutation(() => Boolean, {
    description:
      'Sets a new password, and ends all other sessions. Errors REAUTHENTICATION_REQUIRED, SIGN_IN_FAILED for a wrong old one, RATE_LIMITED, INVALID_INPUT, PASSWORD_REFUSED.',
  })
  async changePassword(
    @Arg('input', () => ChangePasswordInput, { description: 'The old one and the new one.' })
    input: ChangePasswordInput,
    @Ctx() context: UsersContext,
  ): Promise<boolean> {
    const { userId, sessionId } = requireSession(context);
    const passwords = {
      current: readPassword(input.currentPassword, 'currentPassword'),
      next: readNewPassword(input.newPassword, 'newPassword'),
    };
    await context.passwordChanges.change({ userId, sessionId }, passwords, context.client);
    return true;
  }
}
