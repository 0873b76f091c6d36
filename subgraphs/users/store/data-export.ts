import type { PrismaClient } from '@spyhop/prisma/client';
import { type Transaction, asUser } from '@spyhop/prisma/row-owner';
import type { Also } from './also';

/** Names the document's shape; it grows when a field changes its meaning or goes, not when one is added. */
const FORMAT = { format: 'spyhop-account', version: 1 };
/** Of what may be many, the newest. */
const MOST_ROWS = 1_000;

type Section = (tx: Transaction, userId: string) => Promise<unknown>;

/** What is held of a user, without what secrets are checked with. Name a new table's section here. */
const SECTIONS: Readonly<Record<string, Section>> = {
  account: (tx, userId) =>
    tx.user.findUnique({
      where: { id: userId },
      select: {
        ...{ id: true, email: true, displayName: true, roles: true },
        ...{ createdAt: true, passwordAt: true },
      },
    }),
  preferences: (tx, userId) =>
    tx.preference.findUnique({ where: { userId }, omit: { userId: true } }),
  watchlists: (tx, userId) =>
    tx.watchlist.findMany({
      where: { userId },
      orderBy: [{ position: 'asc' }, { id: 'asc' }],
      omit: { userId: true, position: true },
    }),
  apiKeys: (tx, userId) =>
    tx.apiKey.findMany({
      where: { userId },
      orderBy: [{ createdAt: 'desc' }, { id: 'asc' }],
      omit: { userId: true, keyHash: true },
    }),
  sessions: (tx, userId) =>
    tx.session.findMany({
      where: { userId },
      orderBy: [{ createdAt: 'desc' }, { id: 'asc' }],
      take: MOST_ROWS,
      omit: { userId: true, tokenHash: true, chainKey: true, generation: true },
    }),
  knownDevices: (tx, userId) =>
    tx.knownDevice.findMany({
      where: { userId },
      orderBy: { lastAt: 'desc' },
      take: MOST_ROWS,
      select: { firstAt: true, lastAt: true },
    }),
  oneTimeCodes: (tx, userId) =>
    tx.totp.findUnique({ where: { userId }, select: { createdAt: true } }),
  passkeys: (tx, userId) =>
    tx.passkey.findMany({
      where: { userId },
      orderBy: [{ createdAt: 'desc' }, { id: 'asc' }],
      take: MOST_ROWS,
      select: { id: true, name: true, synced: true, createdAt: true, lastUsedAt: true },
    }),
  securityEvents: (tx, userId) =>
    tx.securityAlert.findMany({
      where: { userId },
      orderBy: { id: 'desc' },
      take: MOST_ROWS,
      omit: { id: true, userId: true },
    }),
  deletion: (tx, userId) =>
    tx.accountDeletion.findUnique({ where: { userId }, omit: { userId: true } }),
};

/** Gathers all that is held of a user. */
export class DataExport {
  constructor(private readonly prisma: PrismaClient) {}

  /** JSON (RFC 8259) for people and programs; times in ISO 8601, UTC. `also` happens in the same transaction. */
  async write(userId: string, now: number, also: Also): Promise<string> {
    const sections = await asUser(this.prisma, userId, async (tx) => {
      await also(tx);
      const read: [string, unknown][] = [];
      for (const [name, section] of Object.entries(SECTIONS)) {
        read.push([name, await section(tx, userId)]);
      }
      return Object.fromEntries(read);
    });
    const head = { ...FORMAT, exportedAt: new Date(now) };
    return JSON.stringify({ ...head, ...sections }, null, 2);
  }
}
