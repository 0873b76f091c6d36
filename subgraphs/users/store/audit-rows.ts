import type { AuditEntry, AuditRecord } from '../rules/audit-entry';
import type { SealedEntry } from '../rules/audit-chain';

/** A record's row, of the arrivals or of the log. */
interface RecordRow extends Omit<AuditRecord, 'at' | 'details'> {
  at: Date;
  details: unknown;
}

interface EntryRow extends RecordRow {
  sequence: bigint;
}

export const recordOfRow = (row: RecordRow): AuditRecord => ({
  at: row.at.getTime(),
  kind: row.kind,
  actor: row.actor,
  subject: row.subject,
  sessionId: row.sessionId,
  address: row.address,
  userAgent: row.userAgent,
  details: row.details as Record<string, string>,
});

export const entryOfRow = (row: EntryRow): AuditEntry => ({
  sequence: Number(row.sequence),
  ...recordOfRow(row),
});

/** One to verify; what its columns hold may be anything. */
export const sealedOfRow = (row: EntryRow & { hash: Uint8Array }): SealedEntry => ({
  ...entryOfRow(row),
  hash: row.hash,
});
