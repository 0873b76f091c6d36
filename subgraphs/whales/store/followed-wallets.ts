import { randomUUID } from 'node:crypto';
import { SpyhopError, notFound } from '@spyhop/platform/errors';
import type { PrismaClient } from '@spyhop/prisma/client';
import { asUser } from '@spyhop/prisma/row-owner';
import { type WalletKey, walletIdOf } from '../rules/wallet';
import { type FollowedWallet, MOST_FOLLOWED } from '../rules/own-wallets';
import { lockOwner } from './owner-lock';
import { wanted } from './wanted-wallets';

type Row = Omit<FollowedWallet, 'since'> & { since: Date };

const VIEW = {
  id: true,
  chain: true,
  address: true,
  name: true,
  group: true,
  since: true,
} as const;

/** The wallets that users follow; each sees their own only. */
export class FollowedWalletStore {
  constructor(private readonly prisma: PrismaClient) {}

  /** By group, then in the order in which they were followed. */
  async list(userId: string): Promise<FollowedWallet[]> {
    const rows = await asUser(this.prisma, userId, (tx) =>
      tx.followedWallet.findMany({
        where: { userId },
        orderBy: [{ group: 'asc' }, { since: 'asc' }, { id: 'asc' }],
        select: VIEW,
      }),
    );
    return rows.map(followedOf);
  }

  /** By wallet id; wallets that are not followed are missing. */
  async of(userId: string, wallets: readonly WalletKey[]): Promise<Map<string, FollowedWallet>> {
    const rows = await asUser(
      this.prisma,
      userId,
      (tx) => tx.$queryRaw<Row[]>`
        SELECT f.id, f.chain, f.address, f.name, f.group_name AS "group", f.since
        FROM whales.followed_wallet f
        WHERE f.user_id = ${userId}::uuid AND (f.chain, f.address) IN (${wanted(wallets)})`,
    );
    return new Map(rows.map((row) => [walletIdOf(row), followedOf(row)]));
  }

  /** Throws NOT_FOUND, also for somebody else's. */
  async find(userId: string, id: string): Promise<FollowedWallet> {
    const [row] = await asUser(this.prisma, userId, (tx) =>
      tx.followedWallet.findMany({ where: { id, userId }, select: VIEW }),
    );
    return followedOf(row ?? missing(id));
  }

  /** Throws CONFLICT for a wallet that is followed, and where there are as many as may be. */
  async add(userId: string, wallet: Omit<FollowedWallet, 'id'>): Promise<FollowedWallet> {
    const { chain, address } = wallet;
    return asUser(this.prisma, userId, async (tx) => {
      await lockOwner(tx, userId);
      const [known] = await tx.followedWallet.findMany({ where: { userId, chain, address } });
      if (known) {
        throw new SpyhopError('CONFLICT', 'You follow that wallet; change it instead.', {
          id: known.id,
        });
      }
      if ((await tx.followedWallet.count({ where: { userId } })) >= MOST_FOLLOWED) {
        throw new SpyhopError('CONFLICT', `You follow ${MOST_FOLLOWED} wallets already.`, {
          maximum: MOST_FOLLOWED,
        });
      }
      const row = await tx.followedWallet.create({
        data: { ...wallet, id: randomUUID(), userId, since: new Date(wallet.since) },
        select: VIEW,
      });
      return followedOf(row);
    });
  }

  /** Throws NOT_FOUND, also for somebody else's. */
  async update(
    userId: string,
    id: string,
    changes: Partial<Pick<FollowedWallet, 'name' | 'group'>>,
  ): Promise<FollowedWallet> {
    return asUser(this.prisma, userId, async (tx) => {
      await tx.followedWallet.updateMany({ where: { id, userId }, data: changes });
      const [row] = await tx.followedWallet.findMany({ where: { id, userId }, select: VIEW });
      return followedOf(row ?? missing(id));
    });
  }

  /** False where the user follows no such wallet. */
  async remove(userId: string, id: string): Promise<boolean> {
    const { count } = await asUser(this.prisma, userId, (tx) =>
      tx.followedWallet.deleteMany({ where: { id, userId } }),
    );
    return count === 1;
  }

  async removeAll(userId: string): Promise<void> {
    await asUser(this.prisma, userId, (tx) => tx.followedWallet.deleteMany({ where: { userId } }));
  }
}

const followedOf = ({ since, ...row }: Row): FollowedWallet => ({
  ...row,
  since: since.getTime(),
});

function missing(id: string): never {
  throw notFound('followed wallet', id);
}
