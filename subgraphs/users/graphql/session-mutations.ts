import { SpyhopError } from '@spyhop/platform/errors';
import { Arg, Ctx, Directive, ID, Mutation, Resolver } from 'type-graphql';
import { z } from 'zod';
import { readEmail } from '../rules/email';
import { readPassword } from '../rules/password';
import type { UsersContext } from './context';
import { REFRESH_COOKIE, readCookie, removeCookie } from './cookies';
import {
  SecondFactorRequired,
  SignInInput,
  SignInResult,
  SignedIn,
  beginSession,
  deliver,
} from './sign-in-result';
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
    const { passwordProof, secondSignIn, client } = context;
    const { delivery } = input;
    const [email, password] = [readEmail(input.email), readPassword(input.password)];
    const known = await passwordProof.ofAddress(email, password, client);
    const required = await secondSignIn.request(known, delivery ?? 'COOKIE');
    if (required) return Object.assign(new SecondFactorRequired(), required);
    const { standing } = known;
    return beginSession({ ...known, amr: ['pwd'] }, delivery ?? 'COOKIE', context, standing);
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
  @Mutation(() => Boolean, {
    description:
      'Ends one of the sessions of who asks, its tokens included. False for one that is over, or not theirs.',
  })
  async endSession(
    @Arg('id', () => ID, { description: 'Of the session.' }) id: string,
    @Ctx() context: UsersContext,
  ): Promise<boolean> {
    const { userId } = requireSession(context);
    if (!isUuid(id)) return false;
    return context.grants.end({ id, userId }, 'ENDED', context.client);
  }

  @Directive('@authenticated')
  @Mutation(() => Boolean, { description: 'Ends all sessions of who asks but the one that asks.' })
  async endOtherSessions(@Ctx() context: UsersContext): Promise<boolean> {
    const { userId, sessionId: except } = requireSession(context);
    await context.grants.endAll(userId, { reason: 'ENDED', except }, context.client);
    return true;
  }

  @Directive('@authenticated')
  @Mutation(() => Boolean, { description: 'Ends the session that asks, its tokens included.' })
  async signOut(@Ctx() context: UsersContext): Promise<boolean> {
    const { userId, sessionId } = requireSession(context);
    removeCookie(context.exchange, REFRESH_COOKIE);
    return context.grants.end({ id: sessionId, userId }, 'SIGNED_OUT', context.client);
  }
}

const isUuid = (text: string): boolean => z.uuid().safeParse(text).success;

const nothingToRenew = (): SpyhopError =>
  new SpyhopError('SESSION_ENDED', 'There is no session to go on with; sign in.');
