import { SpyhopError } from '@spyhop/platform/errors';
import { DateTimeScalar } from '@spyhop/platform/scalars';
import { Field, InputType, ObjectType } from 'type-graphql';
import type { UsersContext } from './context';
import { type Viewer, requireSession } from './viewer';

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

const FRESH_MS = 10 * 60_000;

/**
 * Somebody whose last proof is at most ten minutes old. Throws REAUTHENTICATION_REQUIRED for an older one,
 * and like `requireSession`.
 */
export function requireFreshProof(
  context: Pick<UsersContext, 'viewer' | 'now'>,
): Viewer & { sessionId: string } {
  const viewer = requireSession(context);
  if (viewer.authTime !== null && context.now - viewer.authTime <= FRESH_MS) return viewer;
  throw new SpyhopError(
    'REAUTHENTICATION_REQUIRED',
    'Prove again who you are (reauthenticate), then repeat this with the new token.',
  );
}
