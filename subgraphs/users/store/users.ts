import type { PrismaClient } from '@spyhop/prisma/client';
import type { EmailAddress } from '../rules/email';
import type { Credentials, User } from '../rules/user';

/** What is read of an account. */
export const USER_VIEW = {
  id: true,
  email: true,
  displayName: true,
  roles: true,
  createdAt: true,
  lockedAt: true,
} as const;

interface Row extends Omit<User, 'createdAt' | 'lockedAt'> {
  createdAt: Date;
  lockedAt: Date | null;
}

/** The accounts. */
export class UserStore {
  constructor(private readonly prisma: PrismaClient) {}

  /** Null where there is none. */
  async find(id: string): Promise<User | null> {
    const row = await this.prisma.user.findUnique({ where: { id }, select: USER_VIEW });
    return row && userOf(row);
  }

  async findByEmail({ key }: Pick<EmailAddress, 'key'>): Promise<User | null> {
    const row = await this.prisma.user.findUnique({ where: { emailKey: key }, select: USER_VIEW });
    return row && userOf(row);
  }

  async credentialsByEmail({ key }: Pick<EmailAddress, 'key'>): Promise<Credentials | null> {
    const row = await this.prisma.user.findUnique({
      where: { emailKey: key },
      select: { ...USER_VIEW, passwordHash: true },
    });
    return row && { user: userOf(row), passwordHash: row.passwordHash };
  }

  async credentials(id: string): Promise<Credentials | null> {
    const row = await this.prisma.user.findUnique({
      where: { id },
      select: { ...USER_VIEW, passwordHash: true },
    });
    return row && { user: userOf(row), passwordHash: row.passwordHash };
  }

  /** The same password under another hash. */
  async rehash(id: string, from: string, to: string): Promise<void> {
    await this.prisma.user.updateMany({
      where: { id, passwordHash: from },
      data: { passwordHash: to },
    });
  }
}

export const userOf = ({ id, email, displayName, roles, createdAt, lockedAt }: Row): User => ({
  id,
  email,
  displayName,
  roles,
  createdAt: createdAt.getTime(),
  lockedAt: lockedAt?.getTime() ?? null,
});
