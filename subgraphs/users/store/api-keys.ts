import { randomBytes, randomUUID } from 'node:crypto';
import { SpyhopError, notFound } from '@spyhop/platform/errors';
import { revokeIdentities } from '@spyhop/platform/identity-revocation';
import type { RedisSpace } from '@spyhop/platform/redis';
import type { PrismaClient } from '@spyhop/prisma/client';
import { type Transaction, asUser } from '@spyhop/prisma/row-owner';
import { type ApiKey, type ApiKeySettings, MOST_API_KEYS } from '../rules/api-key';
import { API_KEY_SECRET_BYTES, hashApiKey, writeApiKey } from '../rules/api-key-text';
import type { Place } from '../rules/page';
import type { InSession } from '../rules/session';
import type { Also } from './also';
import type { ApiKeyIndex } from './api-key-index';
import type { ApiKeyUses } from './api-key-uses';
import { shareLock } from './advisory-locks';
import { behind } from './keyset';
import { lockOwnerInSession } from './owner-lock';
import { type ApiKeyRow, apiKeyOf, entryOf } from './api-key-rows';

/** A key, and what its owner is shown of it this once. */
export interface NewApiKey {
  apiKey: ApiKey;
  text: string;
}

interface AddedKey {
  id: string;
  userId: string;
  roles: string[];
  settings: ApiKeySettings;
}

/** Routers that heard nothing have forgotten a key's answer by then. */
export const REMEMBERED_MS = 10 * 60_000;

/**
 * The keys of users. The index in Redis changes before the transaction ends: if that fails, the key is refused rather
 * than taken, and nothing has changed.
 */
export class ApiKeyStore {
  constructor(
    private readonly prisma: PrismaClient,
    private readonly redis: RedisSpace,
    private readonly index: ApiKeyIndex,
    private readonly uses: ApiKeyUses,
  ) {}

  /** Newest first, at most `limit`. */
  async list(
    userId: string,
    { after, limit }: { after: Place | null; limit: number },
  ): Promise<ApiKey[]> {
    const rows = await asUser(this.prisma, userId, (tx) =>
      tx.apiKey.findMany({
        where: { userId, ...(after && { OR: behind(after, 'gt') }) },
        orderBy: [{ createdAt: 'desc' }, { id: 'asc' }],
        take: limit,
      }),
    );
    return rows.map(apiKeyOf);
  }

  /**
   * `also` happens in the same transaction, with the new key's id. Throws SESSION_ENDED, and CONFLICT where the user has
   * as many as one may have.
   */
  create(
    owner: InSession,
    settings: ApiKeySettings,
    now: number,
    also: (id: string) => Also,
  ): Promise<NewApiKey> {
    const { userId } = owner;
    return this.change(owner, async (tx, roles) => {
      const id = randomUUID();
      await also(id)(tx);
      return this.add(tx, { id, userId, roles, settings }, now);
    });
  }

  /** A new key in the place of one that works on for so long, in milliseconds. Throws NOT_FOUND, SESSION_ENDED. */
  rotate(
    owner: InSession,
    id: string,
    { overlapMs, now }: { overlapMs: number; now: number },
    also: Also,
  ): Promise<NewApiKey> {
    const { userId } = owner;
    return this.change(owner, async (tx, roles) => {
      const [row] = await tx.apiKey.findMany({ where: { id, userId } });
      if (!row) throw notFound('key', id);
      await also(tx);
      const ends = Math.min(now + overlapMs, row.expiresAt?.getTime() ?? Infinity);
      if (overlapMs === 0) await this.drop(tx, { id: row.id, userId, now });
      else await this.shorten(tx, row, roles, ends);
      return this.add(tx, { id: randomUUID(), userId, roles, settings: apiKeyOf(row) }, now);
    });
  }

  /** It is refused from now on. False where the user has no such key. Throws SESSION_ENDED. */
  revoke(owner: InSession, id: string, now: number, also: Also): Promise<boolean> {
    const { userId } = owner;
    return this.change(owner, (tx) => this.drop(tx, { id, userId, now }, also));
  }

  /** Revokes what was made from then on, in a transaction that shares the lock of API keys and has locked the owner. */
  async revokeSince(
    tx: Transaction,
    userId: string,
    { since, now }: { since: number; now: number },
  ): Promise<{ id: string; createdAt: Date }[]> {
    const made = await tx.apiKey.findMany({
      where: { userId, createdAt: { gte: new Date(since) } },
      select: { id: true, createdAt: true },
    });
    for (const { id } of made) await this.drop(tx, { id, userId, now });
    return made;
  }

  private async add(
    tx: Transaction,
    { id, userId, roles, settings }: AddedKey,
    now: number,
  ): Promise<NewApiKey> {
    if ((await tx.apiKey.count({ where: { userId } })) >= MOST_API_KEYS) throw tooMany();
    const text = writeApiKey(id, randomBytes(API_KEY_SECRET_BYTES));
    const { name, scopes, allowedIps, expiresAt } = settings;
    const row = await tx.apiKey.create({
      data: {
        ...{ id, userId, name, scopes, allowedIps },
        keyHash: new Uint8Array(Buffer.from(hashApiKey(text), 'base64url')),
        createdAt: new Date(now),
        expiresAt: expiresAt === null ? null : new Date(expiresAt),
      },
    });
    await this.index.put(new Map([[id, entryOf(row, roles)]]));
    return { apiKey: apiKeyOf(row), text };
  }

  private async shorten(
    tx: Transaction,
    row: ApiKeyRow,
    roles: string[],
    ends: number,
  ): Promise<void> {
    const { id } = row;
    const shortened = await tx.apiKey.update({
      where: { id },
      data: { expiresAt: new Date(ends) },
    });
    await this.index.put(new Map([[id, entryOf(shortened, roles)]]));
  }

  private async drop(
    tx: Transaction,
    { id, userId, now }: { id: string; userId: string; now: number },
    also?: Also,
  ): Promise<boolean> {
    const { count } = await tx.apiKey.deleteMany({ where: { id, userId } });
    if (count === 0) return false;
    await also?.(tx);
    await this.index.remove([id]);
    await this.uses.forget([id]);
    await revokeIdentities(this.redis, { keys: [id], at: now, until: now + REMEMBERED_MS });
    return true;
  }

  /** One change of a user's keys after the other, with the roles that the user has meanwhile. */
  private change<Result>(
    owner: InSession,
    work: (tx: Transaction, roles: string[]) => Promise<Result>,
  ): Promise<Result> {
    return asUser(this.prisma, owner.userId, async (tx) => {
      await shareLock(tx, 'API keys');
      return work(tx, await lockOwnerInSession(tx, owner));
    });
  }
}

const tooMany = (): SpyhopError =>
  new SpyhopError('CONFLICT', `There are ${MOST_API_KEYS} keys already; revoke one first.`, {
    maximum: MOST_API_KEYS,
  });
