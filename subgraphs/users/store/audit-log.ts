import { Prisma, type PrismaClient } from '@spyhop/prisma/client';
import type { SealedEntry } from '../rules/audit-chain';
import type { Place } from '../rules/page';
import { type EntryRow, entryOfRow } from './audit-rows';

/** Which entries; those that all of it is true of. Times are epoch ms. */
export interface AuditFilter {
  actor?: string;
  subject?: string;
  kind?: string;
  address?: string;
  /** Inclusive. */
  from?: number;
  /** Exclusive. */
  to?: number;
}

type Row = EntryRow & { hash: Uint8Array };

/** Reads the audit log. */
export class AuditLog {
  constructor(private readonly system: PrismaClient) {}

  /** The newest first; at most `limit`. */
  async list(
    filter: AuditFilter,
    { after, limit }: { after: Place | null; limit: number },
  ): Promise<SealedEntry[]> {
    const rows = await this.system.$queryRaw<Row[]>(listSql(filter, { after, limit }));
    return rows.map((row) => ({ ...entryOfRow(row), hash: row.hash }));
  }
}

/** Compares rows as a whole, which Prisma cannot say, so that a page begins in the index where the last one ended. */
export function listSql(
  { actor, subject, kind, address, from, to }: AuditFilter,
  { after, limit }: { after: Place | null; limit: number },
): Prisma.Sql {
  const conditions = [
    ...(actor !== undefined ? [Prisma.sql`actor = ${actor}::uuid`] : []),
    ...(subject !== undefined ? [Prisma.sql`subject = ${subject}::uuid`] : []),
    ...(kind !== undefined ? [Prisma.sql`kind = ${kind}`] : []),
    ...(address !== undefined ? [Prisma.sql`address = ${address}`] : []),
    ...(from !== undefined ? [Prisma.sql`at >= ${new Date(from)}`] : []),
    ...(to !== undefined ? [Prisma.sql`at < ${new Date(to)}`] : []),
    ...(after ? [Prisma.sql`(at, sequence) < (${new Date(after.at)}, ${BigInt(after.id)})`] : []),
  ];
  const where =
    conditions.length > 0 ? Prisma.sql`WHERE ${Prisma.join(conditions, ' AND ')}` : Prisma.empty;
  return Prisma.sql`
    SELECT sequence, at, kind, actor, subject, session_id AS "sessionId", address,
           user_agent AS "userAgent", details, hash
    FROM users.audit_entry ${where}
    ORDER BY at DESC, sequence DESC LIMIT ${limit}`;
}
