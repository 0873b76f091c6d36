import { DateTimeScalar, JsonScalar } from '@spyhop/platform/scalars';
import { Field, InputType, ObjectType, createUnionType, registerEnumType } from 'type-graphql';
import type { DeviceStanding } from '../rules/device';
import type { Proved } from '../rules/user';
import type { Grant } from '../store/session-grants';
import type { UsersContext } from './context';
import { REFRESH_COOKIE, setCookie } from './cookies';
import { keepDevice } from './device-cookie';
import { User } from './user';
import { viewOf } from './user-view';

export enum TokenDelivery {
  COOKIE = 'COOKIE',
  BODY = 'BODY',
}
registerEnumType(TokenDelivery, {
  name: 'TokenDelivery',
  description: 'How a client gets the token with which it renews its session.',
  valuesConfig: {
    COOKIE: { description: 'For browsers: in a cookie that no script can read.' },
    BODY: { description: 'For programs: in the answer.' },
  },
});

export enum SecondFactorMethod {
  TOTP = 'TOTP',
  PASSKEY = 'PASSKEY',
  RECOVERY_CODE = 'RECOVERY_CODE',
}
registerEnumType(SecondFactorMethod, {
  name: 'SecondFactorMethod',
  description: 'How somebody proves a second time who they are.',
  valuesConfig: {
    TOTP: { description: 'A code that an app shows (RFC 6238).' },
    PASSKEY: { description: 'A key in a device or on a stick (WebAuthn).' },
    RECOVERY_CODE: { description: 'One of the codes that were shown once.' },
  },
});

@InputType({ description: 'How somebody signs in with a password.' })
export class SignInInput {
  @Field({ description: 'Of the account.' })
  email: string;

  @Field({ description: 'Of the account, at most 128 characters.' })
  password: string;

  @Field(() => TokenDelivery, {
    nullable: true,
    description: 'How to get the token with which the session is renewed; COOKIE if left out.',
  })
  delivery?: `${TokenDelivery}` | null;
}

@ObjectType({ description: 'A session that has begun, or goes on.', simpleResolvers: true })
export class SignedIn {
  @Field({ description: 'For the header Authorization, after `Bearer`.' })
  accessToken: string;

  @Field(() => DateTimeScalar, { description: 'When the access token ends; renew it before.' })
  expiresAt: number;

  @Field(() => String, {
    nullable: true,
    description:
      'For refreshSession, once: the answer brings the next one. Null where a cookie has it.',
  })
  refreshToken: string | null;

  @Field(() => User, { description: 'Who is signed in.' })
  user: User;
}

@ObjectType({
  description: 'The password is right; a second proof is missing.',
  simpleResolvers: true,
})
export class SecondFactorRequired {
  @Field({ description: 'For confirmSecondFactor, once, within five minutes.' })
  challenge: string;

  @Field(() => [SecondFactorMethod], { description: 'What will do, each by itself.' })
  methods: `${SecondFactorMethod}`[];

  @Field(() => JsonScalar, {
    nullable: true,
    description:
      'What a browser asks for a passkey with: PublicKeyCredentialRequestOptionsJSON (WebAuthn Level 3). Null without any.',
  })
  passkeyOptions: unknown;
}

export const SignInResult = createUnionType({
  name: 'SignInResult',
  description: 'What comes of the right password.',
  types: () => [SignedIn, SecondFactorRequired] as const,
});

/** Hands a session's tokens out as its client wants them. */
export function deliver(
  { user, session, access, refreshToken }: Grant,
  delivery: `${TokenDelivery}`,
  { exchange, now }: Pick<UsersContext, 'exchange' | 'now'>,
): SignedIn {
  const inCookie = delivery === 'COOKIE';
  if (inCookie) setCookie(exchange, REFRESH_COOKIE, refreshToken, session.expiresAt - now);
  return Object.assign(new SignedIn(), {
    accessToken: access.token,
    expiresAt: access.expiresAt,
    refreshToken: inCookie ? null : refreshToken,
    user: viewOf(user),
  });
}

/**
 * Begins the session of somebody who has proved who they are, and makes a browser a known device; what it was before is
 * looked up unless given.
 */
export async function beginSession(
  proved: Proved,
  delivery: `${TokenDelivery}`,
  context: Pick<UsersContext, 'exchange' | 'now' | 'grants' | 'devices' | 'client'>,
  known?: DeviceStanding,
): Promise<SignedIn> {
  const { exchange, grants, devices, client } = context;
  if (delivery === 'BODY') {
    return deliver(await grants.begin(proved, client, 'none'), delivery, context);
  }
  const device = keepDevice(exchange);
  const standing = known ?? (await devices.standingOf(proved.user.id, device));
  return deliver(await grants.begin(proved, { ...client, device }, standing), delivery, context);
}
