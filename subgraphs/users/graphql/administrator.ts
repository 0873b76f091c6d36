import { invalidInput } from '@spyhop/platform/errors';
import { decide } from '@spyhop/platform/policy';
import { z } from 'zod';
import type { Administrator } from '../store/account-administration';
import { ACCESS_RULES } from '../rules/access-rules';
import type { UsersContext } from './context';
import { askerOf, refuse } from './enforce-access';
import { requireSession } from './viewer';

/** What the router has to demand too. */
export const ADMIN_ONLY = '@requiresScopes(scopes: [["admin"]])';

/** … for what changes or shows what is others': not by the token alone, but by what who asks is by now. */
export const ADMIN_BY_NOW = '@policy(policies: [["administrator"]])';

type Asked = Parameters<typeof askerOf>[0] & Pick<UsersContext, 'users'>;

/**
 * An administrator who asks for a field like `Query.users`: the rules are asked again, about what somebody is by now,
 * and not what their token says. Throws UNAUTHENTICATED for nobody, FORBIDDEN for anybody else, which the audit log
 * notes, and what else the rules say. `action` is what the rules call it. What comes back is who the audit log is to
 * say has done it.
 */
export async function requireAdmin(
  context: Asked,
  field: string,
  action = field,
): Promise<Administrator> {
  const { userId, sessionId } = requireSession(context);
  const account = await context.users.find(userId);
  const who = askerOf(context);
  const byNow = {
    ...who,
    roles: who.roles.filter((role) => account?.roles.includes(role)),
    isLocked: account?.lockedAt !== null,
  };
  const decision = decide(ACCESS_RULES, { who: byNow, action, owner: null });
  if (!decision.isAllowed) return refuse(decision, field, context);
  const { client, now } = context;
  return { userId, sessionId, now, address: client.address, userAgent: client.userAgent };
}

/** An id of a user. Throws INVALID_INPUT for what is none. */
export function readUserId(text: string, argument = 'id'): string {
  const id = z.uuid().safeParse(text).data;
  if (id !== undefined) return id;
  throw invalidInput(`\`${argument}\` must be the id of a user.`, { argument });
}
