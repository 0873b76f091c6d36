import { SpyhopError } from '@spyhop/platform/errors';
import { Arg, Ctx, Directive, Mutation, Resolver } from 'type-graphql';
import { readEmail } from '../rules/email';
import { readPassword } from '../rules/password';
import type { UsersContext } from './context';
import { REFRESH_COOKIE, readCookie, removeCookie } from './cookies';
import { SignInInput, SignInResult, SignedIn, deliver } from './sign-in-result';
import { requireSession } from './viewer';

@Resolver()
export class SessionMutations {
  @Mutation(() => SignInResult, {
    description: 'Begins a session. Errors SIGN_IN_FAILED, RATE_LIMITED, INVALID_INPUT.',
  })
  async signIn(
    @Arg('input', () => SignInInput, { description: 'Who signs in.' }) input: SignInInput,
    @Ctx() context: UsersContext,
  ): Promise<typeof SignInResult> {
    const { passwordSignIn, grants, client } = context;
    const [email, password] = [readEmail(input.email), readPassword(input.password)];
    const user = await passwordSignIn.check(email, password);
    return deliver(await grants.begin(user, ['pwd'], client), input.delivery ?? 'COOKIE', context);
  }

  @Mutation(() => SignedIn, {
    description:
      'Goes on with a session: a new access token, and a new token for the next time. One that was used before ends the session, for it may be stolen. Error SESSION_ENDED.',
  })
  async refreshSession(
    @Arg('refreshToken', () => String, {
      nullable: true,
      description: 'As it was last handed out; a browser leaves it out, its cookie has it.',
    })
    refreshToken: string | null,
    @Ctx() context: UsersContext,
  ): Promise<SignedIn> {
    const { grants, client, exchange } = context;
    if (refreshToken != null) {
      return deliver(await grants.renew(refreshToken, client), 'BODY', context);
    }
    const inCookie = readCookie(exchange, REFRESH_COOKIE);
    if (inCookie === undefined) throw nothingToRenew();
    return deliver(await grants.renew(inCookie, client), 'COOKIE', context);
  }

  @Directive('@authenticated')
  @Mutation(() => Boolean, { description: 'Ends the session that asks, its tokens included.' })
  async signOut(@Ctx() context: UsersContext): Promise<boolean> {
    const { userId, sessionId } = requireSession(context);
    removeCookie(context.exchange, REFRESH_COOKIE);
    return context.grants.end({ id: sessionId, userId }, 'SIGNED_OUT', context.client);
  }
}

const nothingToRenew = (): SpyhopError =>
  new SpyhopError('SESSION_ENDED', 'There is no session to go on with; sign in.');
