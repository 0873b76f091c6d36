import { SpyhopError } from '@spyhop/platform/errors';
import { isRecent } from '../rules/recent-authentication';
import type { UsersContext } from './context';
import { type Viewer, requireSession } from './viewer';

/**
 * The person who asks in a session of theirs, for changes of what guards an account: they have proved who they are
 * a short while ago. Throws UNAUTHENTICATED for nobody, FORBIDDEN for a key, REAUTHENTICATION_REQUIRED.
 */
export function requireRecentAuthentication(
  context: Pick<UsersContext, 'viewer' | 'now' | 'recentAuthenticationMs'>,
): Viewer & { sessionId: string } {
  const viewer = requireSession(context);
  const { now, recentAuthenticationMs: withinMs } = context;
  if (isRecent(viewer.authTime, { now, withinMs })) return viewer;
  throw new SpyhopError(
    'REAUTHENTICATION_REQUIRED',
    'Prove again who you are: call reauthenticate, then ask once more with the access token that it returns.',
  );
}
