import { SpyhopError } from '@spyhop/platform/errors';
import type { PrismaClient } from '@spyhop/prisma/client';
import { asUser } from '@spyhop/prisma/row-owner';
import { type WalletKey, walletIdOf } from '../rules/wallet';
import { MOST_OWN_LABELS, type OwnLabel } from '../rules/own-wallets';
import { lockOwner } from './owner-lock';
import { wanted } from './wanted-wallets';

type SaidLabel = Omit<OwnLabel, 'note'> & Partial<Pick<OwnLabel, 'note'>>;

/** What users call wallets; each sees their own only. */
export class OwnLabelStore {
  constructor(private readonly prisma: PrismaClient) {}

  /** By wallet id; wallets without one are missing. */
  async of(userId: string, wallets: readonly WalletKey[]): Promise<Map<string, OwnLabel>> {
    const rows = await asUser(
      this.prisma,
      userId,
      (tx) => tx.$queryRaw<OwnLabel[]>`
        SELECT l.chain, l.address, l.name, l.kind, l.note,
          (extract(epoch FROM l.updated_at) * 1000)::float8 AS "updatedAt"
        FROM whales.own_label l
        WHERE l.user_id = ${userId}::uuid AND (l.chain, l.address) IN (${wanted(wallets)})`,
    );
    return new Map(rows.map((row) => [walletIdOf(row), row]));
  }

  /** All wallets that have one, the one that got it last first. */
  async list(userId: string): Promise<WalletKey[]> {
    return asUser(this.prisma, userId, (tx) =>
      tx.ownWalletLabel.findMany({
        where: { userId },
        select: { chain: true, address: true },
        take: MOST_OWN_LABELS,
        orderBy: [{ updatedAt: 'desc' }, { chain: 'asc' }, { address: 'asc' }],
      }),
    );
  }

  /** Instead of the one before; a note that is left out stays. Throws CONFLICT where there are as many as may be. */
  async set(userId: string, label: SaidLabel): Promise<void> {
    const { chain, address, updatedAt, ...said } = label;
    const key = { userId, chain, address };
    const data = { ...said, updatedAt: new Date(updatedAt) };
    await asUser(this.prisma, userId, async (tx) => {
      await lockOwner(tx, userId);
      const { count } = await tx.ownWalletLabel.updateMany({ where: key, data });
      if (count > 0) return;
      if ((await tx.ownWalletLabel.count({ where: { userId } })) >= MOST_OWN_LABELS) {
        throw new SpyhopError('CONFLICT', `There are ${MOST_OWN_LABELS} labels of yours already.`, {
          maximum: MOST_OWN_LABELS,
        });
      }
      await tx.ownWalletLabel.create({ data: { ...key, note: '', ...data } });
    });
  }

  async remove(userId: string, { chain, address }: WalletKey): Promise<void> {
    await asUser(this.prisma, userId, (tx) =>
      tx.ownWalletLabel.deleteMany({ where: { userId, chain, address } }),
    );
  }

  async removeAll(userId: string): Promise<void> {
    await asUser(this.prisma, userId, (tx) => tx.ownWalletLabel.deleteMany({ where: { userId } }));
  }
}
