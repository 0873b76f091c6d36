import type { PrismaClient } from '@spyhop/prisma/client';
import { type Transaction, asUser } from '@spyhop/prisma/row-owner';
import type { Also } from './also';
import type { ApiKeyUses } from './api-key-uses';

/** Names the document's shape; it grows when a field changes its meaning or goes, not when one is added. */
const FORMAT = { format: 'spyhop-account', version: 1 };
/** Of what may be many, the newest. */
const MOST_ROWS = 1_000;
const MOST_ACTIVITY = 10_000;

type AuditEntry = Awaited<ReturnType<PrismaClient['auditEntry']['findFirstOrThrow']>>;
type Activity = Omit<AuditEntry, 'sequence' | 'hash' | 'network'>;

type Section = (tx: Transaction, userId: string, uses: ApiKeyUses) => Promise<unknown>;

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
  apiKeys: async (tx, userId, uses) => {
    const keys = await tx.apiKey.findMany({
      where: { userId },
      orderBy: [{ createdAt: 'desc' }, { id: 'asc' }],
      omit: { userId: true, keyHash: true },
    });
    return Promise.all(keys.map(async (key) => ({ ...key, usedFrom: await uses.places(key.id) })));
  },
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
  activity: async (tx, userId) => {
    const entries = await tx.auditEntry.findMany({
      where: { OR: [{ subject: userId }, { actor: userId }] },
      orderBy: [{ at: 'desc' }, { sequence: 'desc' }],
      take: MOST_ACTIVITY,
      omit: { sequence: true, hash: true, network: true },
    });
    return entries.map((entry) => activityOf(entry, userId));
  },
  deletion: (tx, userId) =>
    tx.accountDeletion.findUnique({ where: { userId }, omit: { userId: true } }),
};

/** An entry of the audit log; of who else has done something, an administrator, nothing. */
function activityOf(
  { actor, subject, at, kind, details, ...where }: Activity,
  userId: string,
): Record<string, unknown> {
  const what = { at, kind, details, isOwnAct: actor === userId, isAboutOther: subject !== userId };
  return actor === null || actor === userId ? { ...what, ...where } : what;
}

/** Gathers all that this domain holds of a user. */
export class DataExport {
  constructor(
    private readonly prisma: PrismaClient,
    private readonly uses: ApiKeyUses,
  ) {}

  /** JSON (RFC 8259) for people and programs; times in ISO 8601, UTC. `also` happens in the same transaction. */
  async write(userId: string, now: number, also: Also): Promise<string> {
    const sections = await asUser(this.prisma, userId, async (tx) => {
      await also(tx);
      const read: [string, unknown][] = [];
      for (const [name, section] of Object.entries(SECTIONS)) {
        read.push([name, await section(tx, userId, this.uses)]);
      }
      return Object.fromEntries(read);
    });
    const head = { ...FORMAT, exportedAt: new Date(now) };
    return JSON.stringify({ ...head, ...sections }, null, 2);
  }
}
