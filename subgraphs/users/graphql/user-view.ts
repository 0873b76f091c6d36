import { maskEmail } from '../rules/email';
import { ROLES } from '../rules/roles';
import type { User as Account } from '../rules/user';
import type { UsersContext } from './context';
import { User } from './user';
import type { Viewer } from './viewer';

/** An account as it is shown to its owner. */
export const viewOf = ({ roles, ...account }: Account): User =>
  Object.assign(new User(), {
    ...account,
    roles: ROLES.filter((role) => roles.includes(role)),
    // There is no account before the address is proved.
    emailVerified: true,
  });

/** An account as it is shown to an administrator: the address of others masked. */
export const viewForAdmin = (account: Account, { userId }: Pick<Viewer, 'userId'>): User =>
  viewOf(account.id === userId ? account : { ...account, email: maskEmail(account.email) });

/** The entity behind a representation; null for anybody but who asks. */
export async function resolveUserReference(
  { id }: { id: string },
  { viewer, users }: UsersContext,
): Promise<User | null> {
  if (viewer?.userId !== id) return null;
  const account = await users.find(id);
  return account && viewOf(account);
}
