import { SpyhopError } from '@spyhop/platform/errors';
import type { Identity } from '@spyhop/platform/identity';
import { z } from 'zod';

/** Who asks, as the router has verified it. */
export interface Viewer {
  userId: string;
  /** They are signed in; a key of theirs is not. */
  isSession: boolean;
}

const Claims = z.object({ sub: z.uuid(), sid: z.uuid().nullish() });

/** Null for nobody, and for somebody whom another issuer knows: what is open to all is open to them. */
export function viewerOf(identity: Identity | null): Viewer | null {
  if (!identity) return null;
  const claims = Claims.safeParse({ ...identity.claims, sub: identity.subject }).data;
  return claims ? { userId: claims.sub, isSession: claims.sid != null } : null;
}

/** The id of the person who is signed in. Throws UNAUTHENTICATED for nobody, FORBIDDEN for a key. */
export function requireSession({ viewer }: { viewer: Viewer | null }): string {
  if (viewer?.isSession) return viewer.userId;
  if (viewer) {
    throw new SpyhopError('FORBIDDEN', 'Only a person who is signed in may do this, not a key.');
  }
  throw new SpyhopError('UNAUTHENTICATED', 'Sign in first: this needs an access token.');
}
