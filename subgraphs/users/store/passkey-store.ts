import { randomUUID } from 'node:crypto';
import { invalidInput } from '@spyhop/platform/errors';
import type { PrismaClient } from '@spyhop/prisma/client';
import { type Transaction, asUser } from '@spyhop/prisma/row-owner';
import { type Credential, MOST_PASSKEYS, type Passkey } from '../rules/passkey';
import type { InSession } from '../rules/session';
import type { Also } from './also';
import { isUniqueViolation } from './database-errors';
import { lockOwnerInSession } from './owner-lock';
import { dropIdleRecoveryCodes, firstRecoveryCodes } from './recovery-codes';

/** One that has just been made. */
export interface NewPasskey extends Omit<Credential, 'id' | 'passwordAt'> {
  counter: number;
  transports: string[];
  name: string;
}

/** How a browser finds one. */
export interface PasskeyDescriptor {
  /** base64url */
  id: string;
  transports: string[];
}

const OWN = { id: true, name: true, createdAt: true, lastUsedAt: true } as const;
const CREDENTIAL = {
  ...{ id: true, userId: true, credentialId: true, publicKey: true, synced: true },
  user: { select: { passwordAt: true } },
} as const;

/** Credentials of WebAuthn. */
export class PasskeyStore {
  constructor(
    /** Sees rows of the user only in whose name it asks. */
    private readonly prisma: PrismaClient,
    /** Sees the rows of all. */
    private readonly system: PrismaClient,
  ) {}

  /** Null where there is none; `userId` null looks among those of all. */
  async find(credentialId: string, userId: string | null): Promise<Credential | null> {
    const [row] = await this.system.passkey.findMany({
      where: { credentialId: bytesOf(credentialId), ...(userId !== null && { userId }) },
      select: CREDENTIAL,
    });
    if (!row) return null;
    const { user, ...credential } = row;
    return { ...credential, passwordAt: user.passwordAt.getTime() };
  }

  /** For browsers, which ask for one of these. */
  async descriptorsOf(userId: string): Promise<PasskeyDescriptor[]> {
    const rows = await this.system.passkey.findMany({
      where: { userId },
      select: { credentialId: true, transports: true },
      orderBy: { createdAt: 'asc' },
    });
    return rows.map(({ credentialId, transports }) => ({ id: textOf(credentialId), transports }));
  }

  /**
   * Counts a use. False where the authenticator has counted less than before, or as much: then there is another one
   * with the same key (Web Authentication Level 3, section 6.1.1). Those that never count say 0.
   */
  async use(id: string, counter: number, now: number): Promise<boolean> {
    const { count } = await this.system.passkey.updateMany({
      where: { id, OR: [{ counter: { lt: counter } }, ...(counter === 0 ? [{ counter: 0 }] : [])] },
      data: { counter, lastUsedAt: new Date(now) },
    });
    return count === 1;
  }

  /** The oldest first. */
  async list(userId: string): Promise<Passkey[]> {
    const rows = await asUser(this.prisma, userId, (transaction) =>
      transaction.passkey.findMany({
        where: { userId },
        select: OWN,
        orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
      }),
    );
    return rows.map(passkeyOf);
  }

  /**
   * With recovery codes where there are none yet; null for one that is there already. Throws SESSION_ENDED, and
   * INVALID_INPUT for too many.
   */
  async add(
    owner: InSession,
    passkey: NewPasskey,
    now: number,
    also: Also,
  ): Promise<{ passkey: Passkey; recoveryCodes: string[] } | null> {
    try {
      return await asUser(this.prisma, passkey.userId, async (transaction) => {
        await lockOwnerInSession(transaction, owner);
        await checkRoom(transaction, passkey.userId);
        const data = { ...passkey, id: randomUUID(), createdAt: new Date(now) };
        const row = await transaction.passkey.create({ data, select: OWN });
        const recoveryCodes = await firstRecoveryCodes(transaction, passkey.userId);
        await also(transaction);
        return { passkey: passkeyOf(row), recoveryCodes };
      });
    } catch (err) {
      if (isUniqueViolation(err)) return null;
      throw err;
    }
  }

  /** Null where the user has none with that id. */
  async rename(userId: string, id: string, name: string): Promise<Passkey | null> {
    const [row] = await asUser(this.prisma, userId, (transaction) =>
      transaction.passkey.updateManyAndReturn({
        where: { id, userId },
        data: { name },
        select: OWN,
      }),
    );
    return row ? passkeyOf(row) : null;
  }

  /** False where the user has none with that id. Throws SESSION_ENDED. */
  remove(owner: InSession, id: string, also: Also): Promise<boolean> {
    const { userId } = owner;
    return asUser(this.prisma, userId, async (transaction) => {
      await lockOwnerInSession(transaction, owner);
      const { count } = await transaction.passkey.deleteMany({ where: { id, userId } });
      if (count === 0) return false;
      await dropIdleRecoveryCodes(transaction, userId);
      await also(transaction);
      return true;
    });
  }
}

/** In a transaction that has locked the owner. */
async function checkRoom(transaction: Transaction, userId: string): Promise<void> {
  const known = await transaction.passkey.count({ where: { userId } });
  if (known < MOST_PASSKEYS) return;
  throw invalidInput(`An account has at most ${MOST_PASSKEYS} passkeys; remove one first.`);
}

const bytesOf = (base64url: string): Uint8Array<ArrayBuffer> =>
  new Uint8Array(Buffer.from(base64url, 'base64url'));

const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');

interface Row {
  id: string;
  name: string;
  createdAt: Date;
  lastUsedAt: Date | null;
}

const passkeyOf = ({ id, name, createdAt, lastUsedAt }: Row): Passkey => ({
  ...{ id, name },
  createdAt: createdAt.getTime(),
  lastUsedAt: lastUsedAt?.getTime() ?? null,
});
