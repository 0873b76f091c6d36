import type { PrismaClient } from '@spyhop/prisma/client';
import type { Place } from '../rules/page';
import type { Role } from '../rules/roles';
import type { User } from '../rules/user';
import { behind } from './keyset';
import { USER_VIEW, userOf } from './users';

/** Which accounts; those that all of it is true of. */
export interface AccountFilter {
  /** What spellings of one address have in common. */
  emailKey?: string;
  role?: Role;
  isLocked?: boolean;
}

/** All accounts, for administrators. */
export class Accounts {
  constructor(private readonly system: PrismaClient) {}

  /** The newest first; at most `limit`. */
  async list(
    { emailKey, role, isLocked }: AccountFilter,
    { after, limit }: { after: Place | null; limit: number },
  ): Promise<User[]> {
    const rows = await this.system.user.findMany({
      where: {
        ...(emailKey !== undefined && { emailKey }),
        ...(role !== undefined && { roles: { has: role } }),
        ...(isLocked !== undefined && { lockedAt: isLocked ? { not: null } : null }),
        ...(after && { OR: behind(after, 'lt') }),
      },
      orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
      take: limit,
      select: USER_VIEW,
    });
    return rows.map(userOf);
  }
}
