import type { PrismaClient } from '@spyhop/prisma/client';
import type { Transaction } from '@spyhop/prisma/row-owner';
import { CHAIN_START, type ChainHead, sealOf } from '../rules/audit-chain';
import type { AuditEntry } from '../rules/audit-entry';
import { siteOf } from '../rules/networks';
import { tryLock } from './advisory-locks';
import { recordOfRow } from './audit-rows';

/** What else is done about entries, in the transaction that seals them. */
export type OnSealed<Result> = (
  transaction: Transaction,
  entries: readonly AuditEntry[],
) => Promise<Result>;

/** Entries sealed in one transaction; of more, those that came first. */
export const MOST_AT_ONCE = 1_000;
const PATIENCE_MS = 20_000;

/** Whether events wait for their places. */
export const hasArrived = async (system: PrismaClient): Promise<boolean> =>
  (await system.auditArrival.findFirst({ orderBy: { id: 'asc' }, select: { id: true } })) !== null;

/**
 * Gives arrived events their places in the audit log, many in one transaction, so that acts wait neither for each
 * other nor for the chain. Where another process is at it, or nothing has arrived, null.
 */
export const sealArrivals = <Result>(
  system: PrismaClient,
  onSealed: OnSealed<Result>,
): Promise<Result | null> =>
  system.$transaction(
    async (transaction) => {
      if (!(await tryLock(transaction, 'audit log'))) return null;
      const arrivals = await transaction.auditArrival.findMany({
        orderBy: { id: 'asc' },
        take: MOST_AT_ONCE,
      });
      if (arrivals.length === 0) return null;
      let head = await readHead(transaction);
      const sealed = arrivals.map(({ id, ...row }) => {
        const entry = { sequence: head.sequence + 1, ...recordOfRow(row) };
        head = { sequence: entry.sequence, hash: sealOf(entry, head.hash) };
        return { id, entry, hash: head.hash };
      });
      await transaction.$executeRaw`SELECT users.seal_audit_arrivals(
        ${sealed.map(({ id }) => id)}::bigint[],
        ${sealed.map(({ entry }) => BigInt(entry.sequence))}::bigint[],
        ${sealed.map(({ hash }) => hash)}::bytea[],
        ${sealed.map(({ entry }) => siteOf(entry.address) || null)}::text[])`;
      const entries = sealed.map(({ entry }) => entry);
      return onSealed(transaction, entries);
    },
    { timeout: PATIENCE_MS },
  );

/** Where the log's chain stands. */
export async function readHead(client: Pick<Transaction, 'auditEntry'>): Promise<ChainHead> {
  const last = await client.auditEntry.findFirst({
    orderBy: { sequence: 'desc' },
    select: { sequence: true, hash: true },
  });
  return last ? { sequence: Number(last.sequence), hash: last.hash } : CHAIN_START;
}
