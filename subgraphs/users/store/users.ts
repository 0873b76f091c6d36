import { Prisma, type PrismaClient } from '@spyhop/prisma/client';
import type { RunSql } from '@spyhop/prisma/direct-sql';
import { type DeviceStanding, standingOf } from '../rules/device';
import type { EmailAddress } from '../rules/email';
import type { FactorState } from '../rules/second-factor';
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

interface SigningInRow extends Row, FactorState {
  passwordHash: string;
  passwordAt: Date;
  /** Null where the device is not kept. */
  hasSignedIn: boolean | null;
}

/** Somebody who wants to sign in, before they have proved who they are. */
export interface SigningIn extends Credentials {
  /** Of the device with the account. */
  standing: DeviceStanding;
  factors: FactorState;
}

/** The accounts. */
export class UserStore {
  constructor(
    private readonly prisma: PrismaClient,
    private readonly runSql: RunSql,
  ) {}

  /** Null where there is none. */
  async find(id: string): Promise<User | null> {
    const row = await this.prisma.user.findUnique({ where: { id }, select: USER_VIEW });
    return row && userOf(row);
  }

  async findByEmail({ key }: Pick<EmailAddress, 'key'>): Promise<User | null> {
    const row = await this.prisma.user.findUnique({ where: { emailKey: key }, select: USER_VIEW });
    return row && userOf(row);
  }

  /**
   * All that signing in with a password asks for, in one query, which looks as much up for nobody's address as for
   * somebody's. `device` is the hash of its cookie, null without one.
   */
  async signingIn(
    { key }: Pick<EmailAddress, 'key'>,
    device: Buffer | null,
  ): Promise<SigningIn | null> {
    const statement = Prisma.sql`
      SELECT u.id, u.email, u.display_name AS "displayName", u.roles, u.created_at AS "createdAt",
        u.locked_at AS "lockedAt", u.password_hash AS "passwordHash", u.password_at AS "passwordAt",
        (SELECT d.last_at IS NOT NULL FROM users.known_device d
          WHERE d.user_id = owner.id AND d.device_hash = ${device}::bytea) AS "hasSignedIn",
        EXISTS (SELECT FROM users.totp t WHERE t.user_id = owner.id) AS totp,
        (SELECT count(*)::int FROM users.passkey p WHERE p.user_id = owner.id) AS passkeys,
        (SELECT count(*)::int FROM users.recovery_code c WHERE c.user_id = owner.id) AS "recoveryCodes"
      FROM (SELECT ${key}::text AS key) AS asked
      LEFT JOIN users."user" u ON u.email_key = asked.key
      CROSS JOIN LATERAL (SELECT coalesce(u.id, gen_random_uuid()) AS id) AS owner`;
    const [row] = await this.runSql<SigningInRow>('signing_in', statement);
    if (!row || row.id === null) return null;
    const { passwordHash, hasSignedIn, totp, passkeys, recoveryCodes } = row;
    const factors = { totp, passkeys, recoveryCodes };
    const passwordAt = row.passwordAt.getTime();
    const standing = standingOf(hasSignedIn);
    return { user: userOf(row), passwordHash, passwordAt, standing, factors };
  }

  async credentials(id: string): Promise<Credentials | null> {
    const row = await this.prisma.user.findUnique({
      where: { id },
      select: { ...USER_VIEW, passwordHash: true, passwordAt: true },
    });
    if (!row) return null;
    const { passwordHash, passwordAt } = row;
    return { user: userOf(row), passwordHash, passwordAt: passwordAt.getTime() };
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
