import { DateTimeScalar } from '@spyhop/platform/scalars';
import { Field, InputType, ObjectType } from 'type-graphql';

@InputType({ description: 'How somebody who is signed in proves again who they are.' })
export class ReauthenticateInput {
  @Field({ description: 'Of the account.' })
  password: string;
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
