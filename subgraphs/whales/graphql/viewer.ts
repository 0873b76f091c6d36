import { SpyhopError } from '@spyhop/platform/errors';
import type { Identity } from '@spyhop/platform/identity';
import { z } from 'zod';

/** Who asks, as the router has verified it. */
export interface Viewer {
  userId: string;
  scopes: ReadonlySet<string>;
}

const UserId = z.uuid();

/** Null for nobody, and for somebody whom another issuer knows: what is open to all is open to them. */
export function viewerOf(identity: Identity | null): Viewer | null {
  if (!identity) return null;
  const userId = UserId.safeParse(identity.subject).data;
  return userId === undefined ? null : { userId, scopes: identity.scopes };
}

/** What the router demands of who asks for what is somebody's own, and the subgraph again. */
export type WhalesScope = 'read:whales' | 'write:whales';

/** The directive by which the router demands it. */
export const needsScope = (scope: WhalesScope): string => `@requiresScopes(scopes: [["${scope}"]])`;

/** The id of whoever asks, in a session or by a key. Throws UNAUTHENTICATED for nobody, FORBIDDEN without the scope. */
export function requireScope({ viewer }: { viewer: Viewer | null }, scope: WhalesScope): string {
  if (viewer?.scopes.has(scope)) return viewer.userId;
  if (viewer) throw new SpyhopError('FORBIDDEN', `It takes the scope ${scope}.`);
  throw new SpyhopError('UNAUTHENTICATED', 'Sign in first: this needs an access token.');
}
