import { SpyhopError, invalidInput } from '@spyhop/platform/errors';
import { z } from 'zod';
import type { Administrator } from '../store/account-administration';
import { eventBy } from '../rules/security-event';
import type { UsersContext } from './context';
import { requireRecentAuthentication } from './recent-authentication';
import { type Viewer, requireSession } from './viewer';

/** What the router has to demand too. */
export const ADMIN_ONLY = '@requiresScopes(scopes: [["admin"]])';

/** … for what changes or shows what is others': not by the token alone, but by what who asks is by now. */
export const ADMIN_BY_NOW = '@policy(policies: [["administrator"]])';

type Asked = Pick<
  UsersContext,
  'viewer' | 'users' | 'ledger' | 'client' | 'now' | 'recentAuthenticationMs'
>;

/**
 * An administrator who is signed in and asks for a field like `Query.users`. Not the router's word alone counts, but also what they are by now.
 * Throws UNAUTHENTICATED for nobody, FORBIDDEN for anybody else, which the audit log notes.
 */
export async function requireAdmin(
  context: Asked,
  field: string,
): Promise<Viewer & { sessionId: string }> {
  const viewer = requireSession(context);
  const { userId, sessionId, roles, scopes } = viewer;
  const account = roles.has('ADMIN') && scopes.has('admin') && (await context.users.find(userId));
  if (account && account.roles.includes('ADMIN') && account.lockedAt === null) return viewer;
  const { client, now, ledger } = context;
  const denial = { kind: 'ACCESS_DENIED', at: now, userId, sessionId, details: { field } } as const;
  await ledger.record(eventBy(client, denial));
  throw new SpyhopError('FORBIDDEN', 'Only administrators may do this.');
}

/** `requireAdmin` for what changes or shows what is others': proved to be there at most ten minutes ago. */
export async function requireActingAdmin(context: Asked, field: string): Promise<Administrator> {
  const { userId, sessionId } = await requireAdmin(context, field);
  requireRecentAuthentication(context);
  const { client, now } = context;
  return { userId, sessionId, now, address: client.address, userAgent: client.userAgent };
}

/** An id of a user. Throws INVALID_INPUT for what is none. */
export function readUserId(text: string, argument = 'id'): string {
  const id = z.uuid().safeParse(text).data;
  if (id !== undefined) return id;
  throw invalidInput(`\`${argument}\` must be the id of a user.`, { argument });
}
