import { SpyhopError } from '@spyhop/platform/errors';
import type { Identity } from '@spyhop/platform/identity';
import { z } from 'zod';
import type { User as Account } from '../rules/user';
import type { UsersContext } from './context';

/** Who asks, as the router has verified it. */
export interface Viewer {
  userId: string;
  /** The session whose token it is; null for a key. */
  sessionId: string | null;
  scopes: ReadonlySet<string>;
  roles: ReadonlySet<string>;
  amr: readonly string[];
  /** When they last proved who they are, epoch ms; null for a key. */
  authTime: number | null;
}

const Claims = z.object({
  sub: z.uuid(),
  sid: z.uuid().nullish(),
  amr: z.array(z.string()).default([]),
  auth_time: z.number().nullish(),
});

/** Null for nobody. Throws UNAUTHENTICATED for somebody whom another issuer knows. */
export function viewerOf(identity: Identity | null): Viewer | null {
  if (!identity) return null;
  const { subject, scopes, roles } = identity;
  const claims = Claims.safeParse({ ...identity.claims, sub: subject }).data;
  if (!claims) throw signInFirst();
  const { sub: userId, sid: sessionId = null, amr, auth_time: seconds } = claims;
  const authTime = seconds == null ? null : seconds * 1_000;
  return { userId, sessionId, scopes, roles, amr, authTime };
}

/** The person who asks. Throws UNAUTHENTICATED for nobody. */
export function requireViewer({ viewer }: Pick<UsersContext, 'viewer'>): Viewer {
  if (viewer) return viewer;
  throw signInFirst();
}

/** The person who asks in a session of theirs. Throws UNAUTHENTICATED for nobody, FORBIDDEN for a key. */
export function requireSession(context: Pick<UsersContext, 'viewer'>): Viewer & {
  sessionId: string;
} {
  const viewer = requireViewer(context);
  const { sessionId } = viewer;
  if (sessionId !== null) return { ...viewer, sessionId };
  throw new SpyhopError('FORBIDDEN', 'Only a person who is signed in may do this, not a key.');
}

/** The account of somebody who asks. Throws UNAUTHENTICATED where it is gone. */
export async function accountOf(
  { userId }: Viewer,
  { users }: Pick<UsersContext, 'users'>,
): Promise<Account> {
  const account = await users.find(userId);
  if (account) return account;
  throw signInFirst();
}

const signInFirst = (): SpyhopError =>
  new SpyhopError('UNAUTHENTICATED', 'Sign in first: this needs an access token.');
