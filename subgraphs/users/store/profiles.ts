import type { PrismaClient } from '@spyhop/prisma/client';
import { asUser } from '@spyhop/prisma/row-owner';
import type { User } from '../rules/user';
import { USER_VIEW, userOf } from './users';

/** What users say of themselves. */
export class ProfileStore {
  constructor(private readonly prisma: PrismaClient) {}

  /** Null for an account that is gone. */
  async rename(userId: string, displayName: string): Promise<User | null> {
    const [row] = await asUser(this.prisma, userId, (tx) =>
      tx.user.updateManyAndReturn({
        where: { id: userId },
        data: { displayName },
        select: USER_VIEW,
      }),
    );
    return row ? userOf(row) : null;
  }
}
