import { randomBytes, randomUUID } from 'node:crypto';
import { SpyhopError } from '@spyhop/platform/errors';
import type { SecretBox } from '@spyhop/platform/secret-box';
import { Prisma, type PrismaClient } from '@spyhop/prisma/client';
import type { RunSql } from '@spyhop/prisma/direct-sql';
import type { Transaction } from '@spyhop/prisma/row-owner';
import { networkOf } from '../rules/networks';
import { passwordReplaced } from '../rules/password';
import {
  CHAIN_KEY_BYTES,
  type RefreshToken,
  SECRET_BYTES,
  hashSecret,
  standingOf,
  successorOf,
  writeRefreshToken,
} from '../rules/refresh-token';
import {
  type EndReason,
  GRACE_MS,
  type Place,
  type Session,
  expiryOf,
  isAlive,
} from '../rules/session';
import { SEALED_AS } from '../rules/sealed-names';
import type { Also } from './also';
import { rememberSql } from './devices';

/** What became of a refresh token that was shown. */
export type Renewal =
  | { kind: 'renewed'; session: Session; refreshToken: string }
  /** One that was used before: whoever has it, or has had it, is not alone. */
  | { kind: 'reused'; session: Session }
  | { kind: 'refused' };

/** A session that has yet to begin, and what only its owner gets of it. */
export interface PreparedSession {
  session: Session;
  tokenHash: Buffer;
  /** Sealed. */
  chainKey: string;
  refreshToken: string;
}

interface NewSession extends Place {
  userId: string;
  amr: readonly string[];
}

interface OwnerRow {
  roles: string[];
  isLocked: boolean;
  isStale: boolean;
}

type Row = Awaited<ReturnType<PrismaClient['session']['findUniqueOrThrow']>>;

/** Sessions, each a family of refresh tokens of which only a hash of the newest is kept. */
export class SessionStore {
  constructor(
    private readonly prisma: PrismaClient,
    private readonly box: SecretBox,
    private readonly runSql: RunSql,
  ) {}

  /** One that has yet to begin. */
  prepare({ userId, amr, address, userAgent }: NewSession, now: number): PreparedSession {
    const id = randomUUID();
    const secret = randomBytes(SECRET_BYTES);
    const times = { createdAt: now, usedAt: now, authTime: now, expiresAt: expiryOf(now, now) };
    return {
      session: { id, userId, ...times, endedAt: null, amr: [...amr], address, userAgent },
      tokenHash: hashSecret(secret),
      chainKey: this.box.seal(randomBytes(CHAIN_KEY_BYTES), SEALED_AS.session(id)),
      refreshToken: writeRefreshToken({ sessionId: id, generation: 0, secret }),
    };
  }

  /**
   * Begins it in one statement, which waits for the disk once, and makes the device known where there is one. Who
   * locks the account, or sets another password, waits for us, and then ends the session; or we wait for them. `record`
   * is the statement that writes it down, once for each row of a table. Resolves to the roles that the owner has by now.
   * Throws ACCOUNT_LOCKED, SIGN_IN_FAILED where the password was set at another time than `passwordAt`, and
   * UNAUTHENTICATED for an account that is gone.
   */
  async begin(
    { session, tokenHash, chainKey }: PreparedSession,
    { passwordAt, device }: { passwordAt: number; device: Buffer | null },
    record: (forEach: Prisma.Sql) => Prisma.Sql,
  ): Promise<string[]> {
    const { id, userId, createdAt, expiresAt, amr, address, userAgent } = session;
    const [at, begun] = [new Date(createdAt), Prisma.sql`begun`];
    const statement = Prisma.sql`
      WITH owner AS (
        SELECT id, roles, locked_at IS NOT NULL AS "isLocked",
          password_at <> ${new Date(passwordAt)}::timestamptz AS "isStale"
        FROM users."user"
        WHERE id = ${userId}::uuid FOR SHARE
      ), begun AS (
        INSERT INTO users.session (id, user_id, generation, token_hash, chain_key, created_at, used_at,
          auth_time, expires_at, amr, address, user_agent)
        SELECT ${id}::uuid, owner.id, 0, ${tokenHash}::bytea, ${chainKey}, ${at}, ${at},
          ${at}, ${new Date(expiresAt)}, ${amr}::text[], ${address}, ${userAgent}
        FROM owner WHERE NOT "isLocked" AND NOT "isStale" RETURNING user_id AS id
      ), remembered AS (${rememberSql(begun, device, createdAt)}
      ), recorded AS (${record(begun)})
      SELECT roles, "isLocked", "isStale" FROM owner`;
    const [owner] = await this.runSql<OwnerRow>('begin_session', statement);
    if (!owner) throw new SpyhopError('UNAUTHENTICATED', 'There is no such account any more.');
    if (owner.isLocked) throw locked();
    if (owner.isStale) throw passwordReplaced();
    return owner.roles;
  }

  /** Replaces the newest token; the one before gets the same successor for a moment, in the same place. */
  async renew(token: RefreshToken, client: Place, now: number): Promise<Renewal> {
    const row = await this.prisma.session.findUnique({ where: { id: token.sessionId } });
    if (!row || !isAlive(sessionOf(row), now)) return { kind: 'refused' };
    const chainKey = this.box.open(row.chainKey, SEALED_AS.session(row.id));
    const { generation, tokenHash: hash } = row;
    const standing = standingOf(token, { generation, hash, chainKey });
    if (standing === 'unknown') return { kind: 'refused' };
    const next = successorOf(token, chainKey);
    // Where somebody with the same token was faster, it is the previous one by now.
    if (standing === 'newest') {
      return (await this.replace(row, next, client, now)) ?? this.renew(token, client, now);
    }
    if (standing === 'previous' && isWithinGrace(row, client, now)) {
      return { kind: 'renewed', session: sessionOf(row), refreshToken: writeRefreshToken(next) };
    }
    return { kind: 'reused', session: sessionOf(row) };
  }

  /** False where it was over already, or is not the user's; else `also` happens in the same transaction. */
  end(
    { id, userId }: Pick<Session, 'id' | 'userId'>,
    reason: EndReason,
    now: number,
    also: Also,
  ): Promise<boolean> {
    return this.prisma.$transaction(async (transaction) => {
      const { count } = await transaction.session.updateMany({
        where: { id, userId, endedAt: null },
        data: { endedAt: new Date(now), endReason: reason },
      });
      if (count === 1) await also(transaction);
      return count === 1;
    });
  }

  /** `endSessionsOf`; `also` happens in the same transaction. */
  async endAll(
    userId: string,
    { reason, except }: { reason: EndReason; except: string | null },
    now: number,
    also: (transaction: Transaction, ended: readonly string[]) => Promise<void>,
  ): Promise<string[]> {
    return this.prisma.$transaction(async (transaction) => {
      const ended = await endSessionsOf(transaction, userId, { reason, except }, now);
      await also(transaction, ended);
      return ended;
    });
  }

  /** The user has just proved again who they are; null where the session is over. */
  proveAgain(id: string, amr: readonly string[], now: number, also: Also): Promise<Session | null> {
    return this.prisma.$transaction(async (transaction) => {
      const [row] = await transaction.session.updateManyAndReturn({
        where: { id, endedAt: null, expiresAt: { gt: new Date(now) } },
        data: { authTime: new Date(now), amr: [...amr] },
      });
      if (!row) return null;
      await also(transaction);
      return sessionOf(row);
    });
  }

  /** Null where there is none. */
  async find(id: string): Promise<Session | null> {
    const row = await this.prisma.session.findUnique({ where: { id } });
    return row && sessionOf(row);
  }

  private async replace(
    row: Row,
    next: RefreshToken,
    { address, userAgent }: Place,
    now: number,
  ): Promise<Renewal | null> {
    const replaced = await this.prisma.session.updateManyAndReturn({
      where: { id: row.id, generation: row.generation, endedAt: null },
      data: {
        generation: next.generation,
        tokenHash: new Uint8Array(hashSecret(next.secret)),
        usedAt: new Date(now),
        expiresAt: new Date(expiryOf(row.createdAt.getTime(), now)),
        ...{ address, userAgent },
      },
    });
    const [session = null] = replaced.map(sessionOf);
    return session && { kind: 'renewed', session, refreshToken: writeRefreshToken(next) };
  }
}

/** Ends all of a user's but one; the ids of those that were not over. */
export async function endSessionsOf(
  tx: Transaction,
  userId: string,
  { reason, except }: { reason: EndReason; except: string | null },
  now: number,
): Promise<string[]> {
  const ended = await tx.session.updateManyAndReturn({
    where: { userId, endedAt: null, ...(except !== null && { id: { not: except } }) },
    data: { endedAt: new Date(now), endReason: reason },
    select: { id: true },
  });
  return ended.map(({ id }) => id);
}

/** Two tabs of one browser ask at once; somebody elsewhere who has the same token has stolen it. */
const isWithinGrace = (row: Row, { address, userAgent }: Place, now: number): boolean =>
  now - row.usedAt.getTime() < GRACE_MS &&
  row.userAgent === userAgent &&
  networkOf(row.address) === networkOf(address);

const locked = (): SpyhopError =>
  new SpyhopError('ACCOUNT_LOCKED', 'An administrator has locked this account; ask them.');

export const sessionOf = (row: Row): Session => ({
  id: row.id,
  userId: row.userId,
  createdAt: row.createdAt.getTime(),
  usedAt: row.usedAt.getTime(),
  expiresAt: row.expiresAt.getTime(),
  endedAt: row.endedAt?.getTime() ?? null,
  amr: row.amr,
  authTime: row.authTime.getTime(),
  address: row.address,
  userAgent: row.userAgent,
});
