import { randomUUID } from 'node:crypto';
import { SpyhopError, notFound } from '@spyhop/platform/errors';
import type { PrismaClient } from '@spyhop/prisma/client';
import { type Transaction, asUser } from '@spyhop/prisma/row-owner';
import {
  MOST_WATCHLISTS,
  type Watchlist,
  type WatchlistContent,
  checkOrder,
  withSymbols,
} from '../rules/watchlist';
import { isUniqueViolation } from './database-errors';
import { lockOwner } from './owner-lock';

const VIEW = { id: true, name: true, symbols: true, version: true, updatedAt: true } as const;

interface Row extends Omit<Watchlist, 'updatedAt'> {
  updatedAt: Date;
}

/** The lists of users. Of one user's, one change comes after the other. */
export class WatchlistStore {
  constructor(private readonly prisma: PrismaClient) {}

  /** In their owner's order. */
  list(userId: string): Promise<Watchlist[]> {
    return asUser(this.prisma, userId, (tx) => listIn(tx, userId));
  }

  /** Behind the others. Throws CONFLICT for a name that is taken, or where there are as many as may be. */
  create(userId: string, content: WatchlistContent, now: number): Promise<Watchlist> {
    return this.change(userId, (tx) => addIn(tx, userId, content, now));
  }

  /** Puts symbols into the list of that name, and makes it where there is none; again changes nothing. */
  merge(userId: string, { name, symbols }: WatchlistContent, now: number): Promise<Watchlist> {
    return this.change(userId, async (tx) => {
      const [known] = await tx.watchlist.findMany({ where: { userId, name }, select: VIEW });
      if (!known) return addIn(tx, userId, { name, symbols }, now);
      const merged = withSymbols(known.symbols, symbols);
      if (merged === known.symbols) return watchlistOf(known);
      return replaceIn(tx, known.id, { symbols: merged }, now);
    });
  }

  /** Throws NOT_FOUND, and CONFLICT where it is no longer as it was in that version. */
  update(
    userId: string,
    { id, version, now }: { id: string; version: number; now: number },
    changes: Partial<WatchlistContent>,
  ): Promise<Watchlist> {
    return this.change(userId, async (tx) => {
      const [known] = await tx.watchlist.findMany({ where: { id, userId }, select: VIEW });
      if (!known) throw notFound('watchlist', id);
      if (known.version !== version) throw isStale(known.version);
      return replaceIn(tx, id, changes, now);
    });
  }

  /** False where the user has no such list. */
  async remove(userId: string, id: string): Promise<boolean> {
    const { count } = await this.change(userId, (tx) =>
      tx.watchlist.deleteMany({ where: { id, userId } }),
    );
    return count === 1;
  }

  /** Throws CONFLICT unless these are all of the user's lists. */
  order(userId: string, ids: readonly string[]): Promise<Watchlist[]> {
    return this.change(userId, async (tx) => {
      const known = await listIn(tx, userId);
      checkOrder(
        known.map(({ id }) => id),
        ids,
      );
      for (const [position, id] of ids.entries()) {
        await tx.watchlist.updateMany({ where: { id, userId }, data: { position } });
      }
      return listIn(tx, userId);
    });
  }

  private async change<Result>(
    userId: string,
    work: (tx: Transaction) => Promise<Result>,
  ): Promise<Result> {
    try {
      return await asUser(this.prisma, userId, async (tx) => {
        await lockOwner(tx, userId);
        return work(tx);
      });
    } catch (err) {
      if (isUniqueViolation(err)) {
        throw new SpyhopError('CONFLICT', 'There is a list of that name; choose another one.');
      }
      throw err;
    }
  }
}

async function listIn(tx: Transaction, userId: string): Promise<Watchlist[]> {
  const rows = await tx.watchlist.findMany({
    where: { userId },
    orderBy: [{ position: 'asc' }, { id: 'asc' }],
    select: VIEW,
  });
  return rows.map(watchlistOf);
}

async function addIn(
  tx: Transaction,
  userId: string,
  { name, symbols }: WatchlistContent,
  now: number,
): Promise<Watchlist> {
  const { _count: count, _max: last } = await tx.watchlist.aggregate({
    where: { userId },
    _count: true,
    _max: { position: true },
  });
  if (count >= MOST_WATCHLISTS) {
    throw new SpyhopError('CONFLICT', `There are ${MOST_WATCHLISTS} lists already.`, {
      maximum: MOST_WATCHLISTS,
    });
  }
  const at = new Date(now);
  const row = await tx.watchlist.create({
    data: {
      ...{ id: randomUUID(), userId, name, symbols, version: 1, createdAt: at, updatedAt: at },
      position: (last.position ?? -1) + 1,
    },
    select: VIEW,
  });
  return watchlistOf(row);
}

async function replaceIn(
  tx: Transaction,
  id: string,
  changes: Partial<WatchlistContent>,
  now: number,
): Promise<Watchlist> {
  const row = await tx.watchlist.update({
    where: { id },
    data: { ...changes, version: { increment: 1 }, updatedAt: new Date(now) },
    select: VIEW,
  });
  return watchlistOf(row);
}

const isStale = (version: number): SpyhopError =>
  new SpyhopError('CONFLICT', 'The list was changed elsewhere; read it again, then change it.', {
    version,
  });

const watchlistOf = ({ updatedAt, ...row }: Row): Watchlist => ({
  ...row,
  updatedAt: updatedAt.getTime(),
});
