import { randomUUID } from 'node:crypto';
import type { PrismaClient } from '@spyhop/prisma/client';
import type { Transaction } from '@spyhop/prisma/row-owner';
import type { EmailAddress } from '../rules/email';
import { LINK_MS, hashLinkToken } from '../rules/link';
import type { User } from '../rules/user';
import { isUniqueViolation } from './database-errors';
import { userOf } from './users';

/** Somebody who has yet to prove that the address is theirs. */
export interface Registration {
  email: EmailAddress;
  displayName: string;
  /** PHC string. */
  passwordHash: string;
}

/**
 * Registrations that wait for one of their links to be followed. Each has links and a password of its own, whoever else
 * has asked for the same address: it takes both.
 */
export class RegistrationStore {
  constructor(private readonly prisma: PrismaClient) {}

  async add(registration: Registration, token: string, now: number): Promise<void> {
    const { email, displayName, passwordHash } = registration;
    await this.prisma.registration.create({
      data: {
        tokenHash: bytes(hashLinkToken(token)),
        email: email.address,
        emailKey: email.key,
        displayName,
        passwordHash,
        createdAt: new Date(now),
        expiresAt: new Date(now + LINK_MS.VERIFY_EMAIL),
      },
    });
  }

  /**
   * Another link for the last one who registered with an address, beside those that were mailed before: anybody can ask
   * for it, and is not to make void what its owner is just about to follow. False where nobody waits.
   */
  async addLink({ key }: EmailAddress, token: string, now: number): Promise<boolean> {
    const added = await this.prisma.$executeRaw`
      INSERT INTO users.registration
        (token_hash, email, email_key, display_name, password_hash, created_at, expires_at)
      SELECT ${hashLinkToken(token)}, email, email_key, display_name, password_hash, created_at,
        ${new Date(now + LINK_MS.VERIFY_EMAIL)}
      FROM users.registration
      WHERE email_key = ${key} AND expires_at > ${new Date(now)}
      ORDER BY created_at DESC LIMIT 1`;
    return added === 1;
  }

  /** The PHC string of the password that belongs to a link; null where it is used, too old or unknown. */
  async passwordHash(token: string, now: number): Promise<string | null> {
    const found = await this.prisma.registration.findFirst({
      where: { tokenHash: bytes(hashLinkToken(token)), expiresAt: { gt: new Date(now) } },
      select: { passwordHash: true },
    });
    return found?.passwordHash ?? null;
  }

  /** Makes the user whose link it is; null where the link is used, too old or unknown, or the address has an account. `also` happens in the same transaction. */
  async complete(
    token: string,
    now: number,
    also: (transaction: Transaction, user: User) => Promise<void>,
  ): Promise<User | null> {
    try {
      return await this.prisma.$transaction(async (tx) => {
        const tokenHash = bytes(hashLinkToken(token));
        const [found] = await tx.registration.findMany({
          where: { tokenHash, expiresAt: { gt: new Date(now) } },
        });
        if (!found) return null;
        await tx.registration.deleteMany({ where: { emailKey: found.emailKey } });
        const { email, emailKey, displayName, passwordHash } = found;
        const at = new Date(now);
        const row = await tx.user.create({
          data: {
            id: randomUUID(),
            ...{ email, emailKey, displayName, passwordHash, roles: ['USER'] },
            ...{ createdAt: at, passwordAt: at },
          },
        });
        const user = userOf(row);
        await also(tx, user);
        return user;
      });
    } catch (err) {
      if (isUniqueViolation(err)) return null;
      throw err;
    }
  }
}

const bytes = (buffer: Buffer): Uint8Array<ArrayBuffer> => new Uint8Array(buffer);
