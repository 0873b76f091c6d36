import { DateTimeScalar, JsonScalar } from '@spyhop/platform/scalars';
import {
  Arg,
  Ctx,
  Directive,
  Field,
  InputType,
  Mutation,
  ObjectType,
  Resolver,
} from 'type-graphql';
import { readPassword } from '../rules/password';
import { readProof } from '../rules/second-factor';
import type { UsersContext } from './context';
import { requireSession } from './viewer';

@InputType({
  description:
    'How somebody who is signed in proves again who they are: by the password, with a code or a recovery code where a second factor is set up, or by a passkey alone.',
})
export class ReauthenticateInput {
  @Field(() => String, { nullable: true, description: 'Of the account.' })
  password?: string | null;

  @Field(() => String, { nullable: true, description: 'Six digits that an app shows now.' })
  code?: string | null;

  @Field(() => String, { nullable: true, description: 'A recovery code, which counts once.' })
  recoveryCode?: string | null;

  @Field(() => JsonScalar, {
    nullable: true,
    description:
      'AuthenticationResponseJSON (WebAuthn Level 3), asked for with startPasskeyReauthentication.',
  })
  passkey?: unknown;
}

@ObjectType({
  description: 'An access token in place of the one before, from a fresh proof.',
  simpleResolvers: true,
})
export class FreshToken {
  @Field({ description: 'For the header Authorization, after `Bearer`.' })
  accessToken: string;

  @Field(() => DateTimeScalar, { description: 'When the access token ends; renew it before.' })
  expiresAt: number;
}

@Resolver()
export class ReauthenticationMutations {
  @Directive('@authenticated')
  @Mutation(() => JsonScalar, {
    description:
      'What a browser asks for a passkey of who asks with: PublicKeyCredentialRequestOptionsJSON (WebAuthn Level 3), good for five minutes.',
  })
  startPasskeyReauthentication(@Ctx() context: UsersContext): Promise<unknown> {
    return context.reauthentication.startPasskey(requireSession(context));
  }

  @Directive('@authenticated')
  @Mutation(() => FreshToken, {
    description:
      'Proves again who asks, which sensitive changes need within ten minutes. Errors SIGN_IN_FAILED for the password, SECOND_FACTOR_FAILED, CHALLENGE_INVALID, RATE_LIMITED, SESSION_ENDED, INVALID_INPUT.',
  })
  async reauthenticate(
    @Arg('input', () => ReauthenticateInput, { description: 'The proof.' })
    input: ReauthenticateInput,
    @Ctx() context: UsersContext,
  ): Promise<FreshToken> {
    const session = requireSession(context);
    const password = input.password == null ? null : readPassword(input.password);
    const given = { password, second: readProof(input) };
    const proved = await context.reauthentication.prove(session, given, context.client);
    const { token: accessToken, expiresAt } = proved;
    return Object.assign(new FreshToken(), { accessToken, expiresAt });
  }
}
