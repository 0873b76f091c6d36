import { DateTimeScalar } from '@spyhop/platform/scalars';
import { Field, ID, Int, ObjectType } from 'type-graphql';
import type { Passkey as Known } from '../rules/passkey';

@ObjectType({
  description: 'A key in a device or on a stick (WebAuthn), that proves whose it is.',
  simpleResolvers: true,
})
export class Passkey {
  @Field(() => ID, { description: 'Never changes.' })
  id: string;

  @Field({ description: 'As its owner calls it.' })
  name: string;

  @Field(() => DateTimeScalar, { description: 'When it was added.' })
  createdAt: number;

  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'When it last proved who somebody is; null before.',
  })
  lastUsedAt: number | null;
}

@ObjectType({
  description: 'What somebody has set up to be proved by besides the password.',
  simpleResolvers: true,
})
export class SecondFactor {
  @Field({ description: 'Whether an app shows codes (RFC 6238).' })
  totp: boolean;

  @Field(() => [Passkey], { description: 'The oldest first, at most 20.' })
  passkeys: Passkey[];

  @Field(() => Int, { description: 'Codes that were shown once and not used yet.' })
  recoveryCodesLeft: number;
}

export const passkeyView = (passkey: Known): Passkey => Object.assign(new Passkey(), passkey);
