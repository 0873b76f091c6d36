import { invalidInput } from '@spyhop/platform/errors';
import { JsonScalar } from '@spyhop/platform/scalars';
import { Arg, Ctx, Field, InputType, Mutation, Resolver } from 'type-graphql';
import { readAssertion } from '../rules/passkey-json';
import { readProof } from '../rules/second-factor';
import type { UsersContext } from './context';
import { SignedIn, TokenDelivery, beginSession } from './sign-in-result';

@InputType({ description: 'A second proof: one of `code`, `recoveryCode` and `passkey`.' })
export class SecondFactorInput {
  @Field({ description: 'Of SecondFactorRequired.' })
  challenge: string;

  @Field(() => String, { nullable: true, description: 'Six digits that an app shows now.' })
  code?: string | null;

  @Field(() => String, { nullable: true, description: 'A recovery code, which counts once.' })
  recoveryCode?: string | null;

  @Field(() => JsonScalar, {
    nullable: true,
    description: 'AuthenticationResponseJSON (WebAuthn Level 3), asked for with `passkeyOptions`.',
  })
  passkey?: unknown;
}

/** Longer than any challenge of ours. */
const LONGEST_CHALLENGE = 128;

@Resolver()
export class SecondSignInMutations {
  @Mutation(() => SignedIn, {
    description:
      'Begins the session of somebody who has given a second proof, its tokens delivered as signIn was told. After SECOND_FACTOR_FAILED and RATE_LIMITED the challenge is still good. Errors SECOND_FACTOR_FAILED, CHALLENGE_INVALID, RATE_LIMITED, INVALID_INPUT.',
  })
  async confirmSecondFactor(
    @Arg('input', () => SecondFactorInput, { description: 'The challenge, and a proof.' })
    input: SecondFactorInput,
    @Ctx() context: UsersContext,
  ): Promise<SignedIn> {
    const { challenge, ...given } = input;
    const proof = readProof(given);
    if (!proof) throw invalidInput('Give a proof: `code`, `recoveryCode` or `passkey`.');
    const known = challenge.slice(0, LONGEST_CHALLENGE);
    const { proved, delivery } = await context.secondSignIn.confirm(known, proof, context.client);
    return beginSession(proved, delivery, context);
  }

  @Mutation(() => JsonScalar, {
    description:
      'What a browser asks for any passkey with: PublicKeyCredentialRequestOptionsJSON (WebAuthn Level 3), good for five minutes and the same for everybody. Error RATE_LIMITED.',
  })
  startPasskeySignIn(@Ctx() { passkeySignIn, client }: UsersContext): Promise<unknown> {
    return passkeySignIn.start(client);
  }

  @Mutation(() => SignedIn, {
    description:
      'Begins a session with a passkey alone, which must verify its user. Errors SIGN_IN_FAILED, CHALLENGE_INVALID, INVALID_INPUT.',
  })
  async finishPasskeySignIn(
    @Arg('response', () => JsonScalar, {
      description: 'AuthenticationResponseJSON (WebAuthn Level 3) of the browser.',
    })
    response: unknown,
    @Arg('delivery', () => TokenDelivery, {
      nullable: true,
      description: 'How to get the token with which the session is renewed; COOKIE if left out.',
    })
    delivery: `${TokenDelivery}` | null | undefined,
    @Ctx() context: UsersContext,
  ): Promise<SignedIn> {
    const { passkeySignIn, client } = context;
    const proved = await passkeySignIn.finish(readAssertion(response), client);
    return beginSession(proved, delivery ?? 'COOKIE', context);
  }
}
